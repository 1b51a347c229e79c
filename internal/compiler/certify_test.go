package compiler_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/golden"
	"github.com/tenantc/tenantc/internal/prove"
)

func reference(t *testing.T) compiler.Source {
	source, faults, err := compiler.Load(context.Background(), "../..")
	require.NoError(t, err)
	require.Empty(t, faults)
	return source
}

// docs/certificate.md is the certificate of the reference tenancy.
func TestCertificate(t *testing.T) {
	source := reference(t)
	certificate, faults := compiler.Certify(t.Context(), source, compiler.Options{})
	require.False(t, faults.HasErrors(), "%v", faults)
	require.True(t, certificate.Holds)
	require.Len(t, certificate.Benchmark, 19)
	var page bytes.Buffer
	require.NoError(t, prove.Markdown(&page, *certificate))
	golden.Check(t, "../../docs/certificate.md", page.Bytes())
}
