package object_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/tenantc/tenantc/internal/object"
)

// timed has what typed structs have besides plain fields.
type timed struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Interval          metav1.Duration    `json:"interval"`
	Size              resource.Quantity  `json:"size"`
	Port              intstr.IntOrString `json:"port"`
	Named             intstr.IntOrString `json:"named"`
	Ratio             float64            `json:"ratio"`
	Count             *int32             `json:"count"`
	Absent            *int32             `json:"absent"`
	Spec              struct{}           `json:"spec"`
	Status            map[string]string  `json:"status"`
}

func TestFrom(t *testing.T) {
	count := int32(3)
	o := object.From(timed{
		TypeMeta:   metav1.TypeMeta{APIVersion: "example.net/v1", Kind: "Timed"},
		ObjectMeta: metav1.ObjectMeta{Name: "a", Namespace: "b"},
		Interval:   metav1.Duration{Duration: time.Minute}, Size: resource.MustParse("10Gi"),
		Port: intstr.FromInt32(8443), Named: intstr.FromString("api"), Ratio: 1.5, Count: &count,
		Status: map[string]string{"a": "b"},
	})
	require.Equal(t, object.ID{Group: "example.net", Kind: "Timed", Namespace: "b", Name: "a"}, o.ID)
	require.Equal(t, map[string]any{
		"apiVersion": "example.net/v1", "kind": "Timed", "metadata": map[string]any{"name": "a", "namespace": "b"},
		"interval": "1m0s", "size": "10Gi", "port": int64(8443), "named": "api", "ratio": 1.5, "count": int64(3),
	}, o.Value)
}

// A pointer, a struct and a map of the same shape are the same object.
func TestFromTakesAnyForm(t *testing.T) {
	policy := netv1.NetworkPolicy{
		TypeMeta:   metav1.TypeMeta{APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy"},
		ObjectMeta: metav1.ObjectMeta{Name: "a", Namespace: "b", Labels: map[string]string{"c": "d"}},
		Spec: netv1.NetworkPolicySpec{
			PodSelector: metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "e", Operator: "In", Values: []string{"f"}}}},
			Egress:      []netv1.NetworkPolicyEgressRule{{To: []netv1.NetworkPolicyPeer{{IPBlock: &netv1.IPBlock{CIDR: "10.0.0.0/8"}}}}},
		},
	}
	data, err := json.Marshal(policy)
	require.NoError(t, err)
	var decoded map[string]any
	require.NoError(t, json.Unmarshal(data, &decoded))

	want := object.From(&policy)
	require.Equal(t, want, object.From(policy))
	require.Equal(t, want, object.From(decoded))
	require.Nil(t, want.Get("metadata", "creationTimestamp"))
	require.Equal(t, []any{"f"}, want.Get("spec", "podSelector", "matchExpressions").([]any)[0].(map[string]any)["values"])
}

func TestFromRefusesWhatIsNoObject(t *testing.T) {
	require.PanicsWithValue(t, `object: *v1.Secret: not a Kubernetes object: apiVersion "", kind "", name "a"`, func() {
		object.From(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "a"}})
	})
}
