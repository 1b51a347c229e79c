package cli

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"

	"github.com/tenantc/tenantc/generators"
	"github.com/tenantc/tenantc/internal/compiler"
	"github.com/tenantc/tenantc/internal/resolve"
)

func newKubeconfig(s *settings) *cobra.Command {
	var authority, site string
	cmd := &cobra.Command{
		Use:   "kubeconfig TENANT/CLUSTER",
		Short: "Print a kubeconfig for the tenant's people, without any secret",
		Long: `Print a kubeconfig that logs in at the tenant's identity provider (access.oidc)
through the kubectl plugin oidc-login. It holds no secret.

The certificate authority of a tenant cluster is made on its site. On the site,
  kubectl -n TENANT-CLUSTER get secret vc-CLUSTER -o jsonpath='{.data.certificate-authority}' | base64 -d
prints it.`,
		Example: `  tenantc kubeconfig acme/prod --certificate-authority ca.crt > acme-prod.kubeconfig`,
		Args:    exactArgs("TENANT/CLUSTER"),
	}
	cmd.Flags().StringVar(&authority, "certificate-authority", "", "put the PEM `FILE` of the cluster's certificate authority in")
	cmd.Flags().StringVar(&site, "site", "", "the cluster on `SITE`, when the tenant has one of that name on several")
	format := formatFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		tenant, name, ok := strings.Cut(args[0], "/")
		if !ok {
			return usageError{fmt.Errorf("%q is not TENANT/CLUSTER", args[0])}
		}
		result, err := s.through(cmd, compiler.Check, cmd.ErrOrStderr(), format)
		if err != nil {
			return err
		}
		cluster, err := findCluster(result.Plan, tenant, name, site)
		if err == nil {
			err = usable(cluster)
		}
		if err != nil {
			fmt.Fprintf(cmd.ErrOrStderr(), "tenantc: %v\n", err)
			return errNo
		}
		ca, err := readCertificates(authority)
		if err != nil {
			return err
		}
		data, err := yaml.Marshal(generators.Kubeconfig(cluster, ca))
		if err != nil {
			return err
		}
		_, err = cmd.OutOrStdout().Write(data)
		return err
	}
	return cmd
}

// readCertificates reads a PEM file, nothing where none is named. A file that
// holds more than certificates, such as the authority's own key, is refused: a
// kubeconfig is handed out.
func readCertificates(file string) ([]byte, error) {
	if file == "" {
		return nil, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	rest := data
	for len(bytes.TrimSpace(rest)) > 0 {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil {
			return nil, usageError{fmt.Errorf("%s is no PEM file of certificates", file)}
		}
		if block.Type != "CERTIFICATE" {
			return nil, usageError{fmt.Errorf("%s holds %q, and a kubeconfig for tenants takes certificates only", file, block.Type)}
		}
	}
	return data, nil
}

func findCluster(plan resolve.Plan, tenant, name, site string) (resolve.Cluster, error) {
	var found []resolve.Cluster
	for _, c := range plan.Clusters {
		if c.Tenant == tenant && c.Name == name && (site == "" || c.Site == site) {
			found = append(found, c)
		}
	}
	switch len(found) {
	case 0:
		return resolve.Cluster{}, fmt.Errorf("there is no tenant cluster %s/%s", tenant, name)
	case 1:
		return found[0], nil
	}
	return resolve.Cluster{}, fmt.Errorf("tenant %s has a cluster %s on %s and on %s: say which with --site", tenant, name, found[0].Site, found[1].Site)
}

// usable tells why a cluster's people could not log in.
func usable(c resolve.Cluster) error {
	switch {
	case c.State == resolve.Retired || c.State == resolve.Purged:
		return fmt.Errorf("%s/%s is %s: there is no API server any more", c.Tenant, c.Name, c.State)
	case c.APIHost == "":
		return fmt.Errorf("%s/%s uses the API server of site %s: who keeps the site hands out its kubeconfig", c.Tenant, c.Name, c.Site)
	case c.Access.OIDC == nil:
		return fmt.Errorf("%s/%s has no identity provider: write access.oidc in its spec", c.Tenant, c.Name)
	case c.ControlPlane.Expose == "none":
		return fmt.Errorf("%s/%s is not exposed: write controlPlane.expose in its spec", c.Tenant, c.Name)
	}
	return nil
}
