package diag_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/internal/golden"
)

// sample has an ordinary diagnostic, one with everything, and one whose every
// text comes from somebody who wants to write into the terminal or the log.
func sample() diag.List {
	hostile := "a\n::error::x\r\x1b[31m\u202e\U000e0041%0A,b:c\xff"
	return diag.List{
		{
			Severity: diag.Error, Code: "TC1103", Path: "spec", Message: hostile, Hint: hostile,
			Position: diag.Position{File: "tenants/" + hostile, Line: 2},
			Notes:    []diag.Note{{Position: diag.Position{File: hostile}, Message: hostile}},
		},
		{
			Severity: diag.Error, Code: "TC2103", Tenant: "acme", Path: "spec.clusters[0].quota.memory",
			Message: "quota.memory 512Gi exceeds class gold's limit of 256Gi", Hint: "lower it",
			Position: diag.Position{File: "tenants/acme.yaml", Line: 14, Column: 16},
			Notes:    []diag.Note{{Position: diag.Position{File: "classes/gold.yaml", Line: 7, Column: 3}, Message: "the limit"}},
		},
		{Severity: diag.Warning, Code: "TC4001", Message: "no place, 100%"},
		{Severity: diag.Warning, Code: "TC4001", Message: "no place, 100%"},
	}
}

func TestPrintFormats(t *testing.T) {
	for _, format := range diag.Formats() {
		var out bytes.Buffer
		require.NoError(t, diag.Print(&out, sample(), format))
		golden.Check(t, "testdata/print."+string(format), out.Bytes())
	}
}

// A line of the output begins only as tenantc lets it begin, whatever users wrote.
func TestPrintLetsNoLineOut(t *testing.T) {
	for _, format := range diag.Formats() {
		var out bytes.Buffer
		require.NoError(t, diag.Print(&out, sample()[:1], format))
		require.NotContains(t, out.String(), "\n::error::x")
		require.NotContains(t, out.String(), "\x1b")
		require.NotContains(t, out.String(), "\u202e")
		require.NotContains(t, out.String(), "\U000e0041")
		require.NotContains(t, out.String(), "\r")
	}
}

func TestPrintJSONReadsBack(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, diag.Print(&out, sample()[1:], diag.JSON))
	var back diag.List
	require.NoError(t, json.Unmarshal(out.Bytes(), &back))
	require.Equal(t, sample()[1:].Sorted(), back)

	out.Reset()
	require.NoError(t, diag.Print(&out, nil, diag.JSON))
	require.Equal(t, "[]\n", out.String())
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestPrintReportsWriteErrors(t *testing.T) {
	require.ErrorContains(t, diag.Print(brokenWriter{}, sample(), diag.Text), "disk full")
}
