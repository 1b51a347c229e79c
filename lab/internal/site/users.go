package site

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
)

// Who logs in at a site's API server.
const (
	admin             = "admin"
	controllerManager = "system:kube-controller-manager"
	scheduler         = "system:kube-scheduler"
	kubelets          = "kwok"
)

type user struct {
	name   string
	groups []string
}

// users have the rights that they have on a real site: the controllers of Flux
// and Cluster API are service accounts, bound to the roles of their projects.
func users(spec Spec) []user {
	accounts := []string{
		fluxAccount("source-controller"), fluxAccount("kustomize-controller"), clusterAPIAccount(spec), providerAccount(spec),
	}
	users := []user{
		{admin, []string{"system:masters"}},
		{controllerManager, nil},
		{scheduler, nil},
		{kubelets, []string{"system:masters"}},
	}
	for _, account := range accounts {
		namespace := strings.Split(account, ":")[2]
		users = append(users, user{account, []string{"system:serviceaccounts", "system:serviceaccounts:" + namespace}})
	}
	return users
}

func fluxAccount(name string) string { return "system:serviceaccount:" + FluxNamespace + ":" + name }

func clusterAPIAccount(spec Spec) string {
	return "system:serviceaccount:" + spec.Namespaces.ClusterAPI + ":capi-manager"
}

func providerAccount(spec Spec) string {
	return "system:serviceaccount:" + spec.Namespaces.VclusterProvider + ":controller-manager"
}

// tokenFile is what --token-auth-file reads.
func (s *Site) tokenFile() []byte {
	var b bytes.Buffer
	for _, u := range users(s.Spec) {
		fmt.Fprintf(&b, "%s,%s,%s,%q\n", s.tokens[u.name], u.name, u.name, strings.Join(u.groups, ","))
	}
	return b.Bytes()
}

// kubeconfig writes a login of the user's and returns the file.
func (s *Site) kubeconfig(user string) (string, error) {
	name := strings.ReplaceAll(user, ":", "-") + ".kubeconfig"
	text := fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: %[1]s
contexts: [{name: %[1]s, context: {cluster: %[1]s, user: %[1]s}}]
clusters: [{name: %[1]s, cluster: {server: %[2]q, certificate-authority: %[3]q}}]
users: [{name: %[1]s, user: {token: %[4]q}}]
`, s.Spec.Name, s.url, s.lab.trust, s.tokens[user])
	return filepath.Join(s.dir, name), writeFiles(s.dir, map[string][]byte{name: []byte(text)})
}
