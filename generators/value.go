package generators

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tenantc/tenantc/internal/object"
)

// What every tenant cluster has is made without the general conversion, as its
// network policies are: that goes through reflection for each field and through
// JSON for each quantity.

func resourceQuotaOf(q corev1.ResourceQuota) object.Object {
	return objectOf(q.TypeMeta, q.ObjectMeta, map[string]any{"hard": quantitiesOf(q.Spec.Hard)})
}

func limitRangeOf(r corev1.LimitRange) object.Object {
	items := make([]any, len(r.Spec.Limits))
	for i, l := range r.Spec.Limits {
		item := map[string]any{"type": string(l.Type)}
		for name, list := range map[string]corev1.ResourceList{
			"min": l.Min, "max": l.Max, "default": l.Default, "defaultRequest": l.DefaultRequest, "maxLimitRequestRatio": l.MaxLimitRequestRatio,
		} {
			if len(list) > 0 {
				item[name] = quantitiesOf(list)
			}
		}
		items[i] = item
	}
	return objectOf(r.TypeMeta, r.ObjectMeta, map[string]any{"limits": items})
}

func namespaceOf(n corev1.Namespace) object.Object { return objectOf(n.TypeMeta, n.ObjectMeta, nil) }

// objectOf is an object of the core group with a spec, which nil leaves out.
func objectOf(is metav1.TypeMeta, meta metav1.ObjectMeta, spec map[string]any) object.Object {
	m := map[string]any{"name": meta.Name}
	if meta.Namespace != "" {
		m["namespace"] = meta.Namespace
	}
	if len(meta.Labels) > 0 {
		m["labels"] = textsOf(meta.Labels)
	}
	if len(meta.Annotations) > 0 {
		m["annotations"] = textsOf(meta.Annotations)
	}
	value := map[string]any{"apiVersion": is.APIVersion, "kind": is.Kind, "metadata": m}
	if spec != nil {
		value["spec"] = spec
	}
	return object.Object{ID: object.ID{Kind: is.Kind, Namespace: meta.Namespace, Name: meta.Name}, Value: value}
}

func quantitiesOf(list corev1.ResourceList) map[string]any {
	out := make(map[string]any, len(list))
	for name, q := range list {
		out[string(name)] = q.String()
	}
	return out
}

func textsOf(m map[string]string) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}
