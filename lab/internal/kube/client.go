// Package kube asks API servers for things: apply, get, list, delete, wait, of
// any kind, also as somebody else. It holds no state of its own.
package kube

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
)

// fieldManager is who the lab is in managedFields.
const fieldManager = "tenantc-lab"

// Object is a Kubernetes object of any kind.
type Object = unstructured.Unstructured

// Client speaks to one API server as one user.
type Client struct {
	Config  *rest.Config
	dynamic dynamic.Interface
	mapper  *restmapper.DeferredDiscoveryRESTMapper
}

// NewClient makes a client without a limit of requests per second.
func NewClient(config *rest.Config) (*Client, error) {
	config = rest.CopyConfig(config)
	config.QPS, config.WarningHandler = -1, rest.NoWarnings{}
	dyn, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	disco, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(disco))
	return &Client{Config: config, dynamic: dyn, mapper: mapper}, nil
}

// As is the same API server, asked as that user.
func (c *Client) As(user string, groups ...string) (*Client, error) {
	config := rest.CopyConfig(c.Config)
	config.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: append(groups, "system:authenticated")}
	dyn, err := dynamic.NewForConfig(config)
	return &Client{Config: config, dynamic: dyn, mapper: c.mapper}, err
}

// AsAccount is the same API server, asked as that service account.
func (c *Client) AsAccount(namespace, name string) (*Client, error) {
	return c.As("system:serviceaccount:"+namespace+":"+name, "system:serviceaccounts", "system:serviceaccounts:"+namespace)
}

// Apply applies the object server-side, and takes over what others own in it.
func (c *Client) Apply(ctx context.Context, o *Object) error {
	_, err := c.patch(ctx, o, metav1.PatchOptions{})
	return err
}

// DryRun asks whether the API server would accept the object as it is, and
// knows every field of it.
func (c *Client) DryRun(ctx context.Context, o *Object) error {
	_, err := c.patch(ctx, o, metav1.PatchOptions{
		DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict,
	})
	return err
}

func (c *Client) patch(ctx context.Context, o *Object, options metav1.PatchOptions) (*Object, error) {
	resource, err := c.resource(o.GroupVersionKind(), o.GetNamespace())
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	force := true
	options.FieldManager, options.Force = fieldManager, &force
	return resource.Patch(ctx, o.GetName(), types.ApplyPatchType, data, options)
}

// Create creates the object and returns what became of it.
func (c *Client) Create(ctx context.Context, o *Object) (*Object, error) {
	resource, err := c.resource(o.GroupVersionKind(), o.GetNamespace())
	if err != nil {
		return nil, err
	}
	return resource.Create(ctx, o, metav1.CreateOptions{FieldManager: fieldManager, FieldValidation: metav1.FieldValidationStrict})
}

// Merge changes fields of an object by a JSON merge patch, of a subresource if one is named.
func (c *Client) Merge(ctx context.Context, r Ref, patch string, subresource ...string) error {
	resource, err := c.resource(r.gvk(), r.Namespace)
	if err != nil {
		return err
	}
	_, err = resource.Patch(ctx, r.Name, types.MergePatchType, []byte(patch), metav1.PatchOptions{FieldManager: fieldManager}, subresource...)
	return err
}

// Strategic is Merge by Kubernetes's own kind of patch, which knows lists by their keys.
func (c *Client) Strategic(ctx context.Context, r Ref, patch string, subresource ...string) error {
	resource, err := c.resource(r.gvk(), r.Namespace)
	if err != nil {
		return err
	}
	_, err = resource.Patch(ctx, r.Name, types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{FieldManager: fieldManager}, subresource...)
	return err
}

// Get reads one object.
func (c *Client) Get(ctx context.Context, r Ref) (*Object, error) {
	resource, err := c.resource(r.gvk(), r.Namespace)
	if err != nil {
		return nil, err
	}
	return resource.Get(ctx, r.Name, metav1.GetOptions{})
}

// List reads all objects of the ref's kind in its namespace, or in all.
func (c *Client) List(ctx context.Context, r Ref, labelSelector string) ([]Object, error) {
	resource, err := c.resource(r.gvk(), r.Namespace)
	if err != nil {
		return nil, err
	}
	list, err := resource.List(ctx, metav1.ListOptions{LabelSelector: labelSelector})
	if err != nil {
		return nil, err
	}
	return list.Items, nil
}

// Delete asks for one object's deletion and does not wait for it.
func (c *Client) Delete(ctx context.Context, r Ref) error {
	resource, err := c.resource(r.gvk(), r.Namespace)
	if err != nil {
		return err
	}
	return resource.Delete(ctx, r.Name, metav1.DeleteOptions{})
}

// Ref names one object, or, without a name, all of a kind.
type Ref struct{ APIVersion, Kind, Namespace, Name string }

func (r Ref) gvk() schema.GroupVersionKind { return schema.FromAPIVersionAndKind(r.APIVersion, r.Kind) }

func (r Ref) String() string { return fmt.Sprintf("%s %s/%s", r.Kind, r.Namespace, r.Name) }

// resource asks discovery again when a kind is new.
func (c *Client) resource(gvk schema.GroupVersionKind, namespace string) (dynamic.ResourceInterface, error) {
	mapping, err := c.mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	if meta.IsNoMatchError(err) {
		c.mapper.Reset()
		mapping, err = c.mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	}
	if err != nil {
		return nil, err
	}
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return c.dynamic.Resource(mapping.Resource), nil
	}
	return c.dynamic.Resource(mapping.Resource).Namespace(namespace), nil
}

// Until calls check until it says nil, every 50 ms. When the context ends first,
// the error has the last reason.
func Until(ctx context.Context, check func() error) error {
	for {
		err := check()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
