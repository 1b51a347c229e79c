package compiler_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/golden"
	"github.com/tenantc/tenantc/internal/prove"
	"github.com/tenantc/tenantc/internal/spec"
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
	result, faults := compiler.Compile(t.Context(), source, compiler.Options{})
	require.False(t, faults.HasErrors(), "%v", faults)
	certificate, faults := compiler.Certify(t.Context(), result, source, compiler.Options{})
	require.Empty(t, faults)
	require.True(t, certificate.Holds)
	require.Len(t, certificate.Benchmark, 19)
	var page bytes.Buffer
	require.NoError(t, prove.Markdown(&page, certificate))
	golden.Check(t, "../../docs/certificate.md", page.Bytes())
}

// A change to one tenant leaves every other file as it is, to the byte; and a
// change of what tenants share touches those who share it, with the reason.
func TestNonInterference(t *testing.T) {
	before := reference(t)
	random := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		after, tenant := edited(t, before, random)
		touched, faults := compiler.Interference(t.Context(), before, after, compiler.Options{})
		require.False(t, faults.HasErrors(), "%v", faults)
		require.Len(t, touched, 1, tenant)
		require.Equal(t, tenant, touched[0].Tenant)
		require.Equal(t, []string{"its own spec"}, touched[0].Reasons)
	}
	touched, faults := compiler.Interference(t.Context(), before, replaced(t, before, "sites/turin-1.yaml", "overcommit: {cpu: 2.0", "overcommit: {cpu: 1.5"), compiler.Options{})
	require.False(t, faults.HasErrors(), "%v", faults)
	require.NotEmpty(t, touched)
	for _, of := range touched {
		require.Equal(t, []string{"site turin-1"}, of.Reasons, of.Tenant)
	}
}

// edited gives one tenant's first cluster another quota of pods.
func edited(t *testing.T, source compiler.Source, random *rand.Rand) (compiler.Source, string) {
	for {
		file := source.Specs[random.IntN(len(source.Specs))]
		i := strings.Index(string(file.Data), `pods: "`)
		if !strings.HasPrefix(file.Path, "tenants/") || i < 0 {
			continue
		}
		tenant := strings.TrimSuffix(strings.TrimPrefix(file.Path, "tenants/"), ".yaml")
		end := i + 7 + strings.IndexByte(string(file.Data[i+7:]), '"')
		return replaced(t, source, file.Path, string(file.Data[i:end]), fmt.Sprintf(`pods: "%d`, 10+random.IntN(9))), tenant
	}
}

func replaced(t *testing.T, source compiler.Source, path, from, to string) compiler.Source {
	files := append([]spec.File(nil), source.Specs...)
	for i, f := range files {
		if f.Path == path {
			require.Contains(t, string(f.Data), from)
			files[i].Data = []byte(strings.Replace(string(f.Data), from, to, 1))
			return compiler.Source{Specs: files, Templates: source.Templates}
		}
	}
	require.Fail(t, "no file", path)
	return source
}
