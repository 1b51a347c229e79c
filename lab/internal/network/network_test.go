package network

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProxyKnowsNames(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(r.Host)) }))
	defer server.Close()
	proxy, err := NewProxy()
	require.NoError(t, err)
	defer proxy.Close()
	proxy.Add(func(name string) (string, bool) {
		return server.Listener.Addr().String(), name == "example.com" // httptest's certificate has it
	})
	address, err := url.Parse(proxy.URL())
	require.NoError(t, err)
	trust := x509.NewCertPool()
	trust.AddCert(server.Certificate())
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(address), TLSClientConfig: &tls.Config{RootCAs: trust}}}

	response, err := client.Get("https://example.com/")
	require.NoError(t, err)
	response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)

	_, err = client.Get("https://example.org/")
	require.ErrorContains(t, err, "Bad Gateway")
	response, err = client.Get("http://example.com/") // not CONNECT
	require.NoError(t, err)
	response.Body.Close()
	require.Equal(t, http.StatusBadGateway, response.StatusCode)
}
