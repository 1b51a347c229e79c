package platform_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/ext"
	"github.com/stretchr/testify/require"
	admission "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"

	"github.com/tenantc/tenantc/internal/object"
)

// The admission policies are judged by what they say to requests. Each file of
// testdata/admission holds the requests of one policy; a request names its
// answer: nothing when it is let through, else part of the message. The API
// server's own rules are kept: a policy is asked only what it matches, an
// expression that fails refuses, and variables are computed when they are used.

// requests is a file of testdata/admission.
type requests struct {
	Namespace map[string]any `json:"namespace"` // of every request that names no other
	Requests  []request      `json:"requests"`
}

type request struct {
	Name      string         `json:"name"`
	Operation string         `json:"operation"` // CREATE unless given
	Resource  string         `json:"resource"`  // as in pods or pods/status
	Group     string         `json:"group"`
	User      string         `json:"user"`
	Namespace map[string]any `json:"namespace"`
	Object    map[string]any `json:"object"`
	OldObject map[string]any `json:"oldObject"`
	Refused   string         `json:"refused"`
}

// celCost is what the API server lets one expression cost
// (k8s.io/apiserver/pkg/apis/cel, PerCallLimit).
const celCost = 1_000_000

type policy struct {
	admission.ValidatingAdmissionPolicy
	env      *cel.Env
	programs map[string]cel.Program
}

func policies(t testing.TB, objects []object.Object) map[string]policy {
	env, err := cel.NewEnv(
		cel.HomogeneousAggregateLiterals(), cel.CrossTypeNumericComparisons(true), cel.OptionalTypes(), ext.Strings(ext.StringsVersion(2)),
		cel.Variable("object", cel.DynType), cel.Variable("oldObject", cel.DynType), cel.Variable("namespaceObject", cel.DynType),
		cel.Variable("request", cel.DynType),
	)
	require.NoError(t, err)
	out := map[string]policy{}
	for _, o := range objects {
		if o.ID.Kind == "ValidatingAdmissionPolicy" {
			p := policy{env: env, programs: map[string]cel.Program{}}
			require.NoError(t, yaml.UnmarshalStrict(o.YAML(), &p.ValidatingAdmissionPolicy))
			for _, v := range p.Spec.Variables {
				p.env, err = p.env.Extend(cel.Variable("variables."+v.Name, cel.DynType))
				require.NoError(t, err)
			}
			out[o.ID.Name] = p
		}
	}
	return out
}

// TestPolicies asks every policy its requests, and then once more without each
// of its validations: a validation that no request needs is not tested.
func TestPolicies(t *testing.T) {
	for name, p := range policies(t, build(t, nil)) {
		t.Run(name, func(t *testing.T) {
			file := read(t, name)
			for _, r := range file.Requests {
				t.Run(r.Name, func(t *testing.T) { require.NoError(t, p.check(file, r)) })
			}
			for i, v := range p.Spec.Validations {
				t.Run("without "+v.Expression, func(t *testing.T) {
					weaker := p
					weaker.Spec.Validations = slices.Delete(slices.Clone(p.Spec.Validations), i, i+1)
					require.True(t, slices.ContainsFunc(file.Requests, func(r request) bool { return weaker.check(file, r) != nil }),
						"no request is refused by this validation alone")
				})
			}
		})
	}
}

func read(t testing.TB, policy string) requests {
	data, err := os.ReadFile(filepath.Join("testdata", "admission", policy+".yaml"))
	require.NoError(t, err)
	var file requests
	require.NoError(t, yaml.UnmarshalStrict(data, &file))
	return file
}

// check compares the answer to a request with the one in the file.
func (p policy) check(file requests, r request) error {
	if r.Namespace == nil {
		r.Namespace = file.Namespace
	}
	if r.Operation == "" {
		r.Operation = "CREATE"
	}
	r.Object, r.OldObject = whole(r.Object), whole(r.OldObject)
	messages, err := p.ask(r)
	switch {
	case err != nil:
		return err
	case r.Refused == "" && len(messages) > 0:
		return fmt.Errorf("refused: %q", messages)
	case r.Refused != "" && !slices.ContainsFunc(messages, func(m string) bool { return strings.Contains(m, r.Refused) }):
		return fmt.Errorf("not refused with %q but with %q", r.Refused, messages)
	}
	return nil
}

// whole gives an object the metadata that the API server always has.
func whole(o map[string]any) map[string]any {
	if o == nil || o["metadata"] != nil {
		return o
	}
	o = maps.Clone(o)
	o["metadata"] = map[string]any{"name": "x"}
	return o
}

// ask answers a request with the messages of the validations that refuse it.
func (p policy) ask(r request) ([]string, error) {
	if !p.matches(r) {
		return nil, nil
	}
	resource, subresource, below := strings.Cut(r.Resource, "/")
	asked := map[string]any{
		"operation": r.Operation, "userInfo": map[string]any{"username": r.User},
		"namespace": nested(r.Namespace, "metadata", "name"), "name": nested(r.Object, "metadata", "name"),
		"resource": map[string]any{"group": r.Group, "resource": resource},
	}
	if below { // the API server leaves out what is empty
		asked["subResource"] = subresource
	}
	input := map[string]any{"object": r.Object, "oldObject": nil, "namespaceObject": r.Namespace, "request": asked}
	if r.OldObject != nil {
		input["oldObject"] = r.OldObject
	}
	if r.Operation == "DELETE" {
		input["object"] = nil
	}
	for _, v := range p.Spec.Variables {
		input["variables."+v.Name] = func() ref.Val {
			out, err := p.evaluate(v.Expression, input)
			if err != nil {
				return types.WrapErr(err)
			}
			return out
		}
	}
	var messages []string
	for _, v := range p.Spec.Validations {
		out, err := p.evaluate(v.Expression, input)
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s: %w", v.Expression, err)
		case out == types.True:
		case v.MessageExpression == "":
			messages = append(messages, v.Message)
		default:
			message, err := p.evaluate(v.MessageExpression, input)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", v.MessageExpression, err)
			}
			messages = append(messages, string(message.(types.String)))
		}
	}
	return messages, nil
}

func (p policy) evaluate(expression string, input map[string]any) (ref.Val, error) {
	program, compiled := p.programs[expression]
	if !compiled {
		ast, issues := p.env.Compile(expression)
		if issues.Err() != nil {
			return nil, issues.Err()
		}
		var err error
		if program, err = p.env.Program(ast, cel.CostLimit(celCost)); err != nil {
			return nil, err
		}
		p.programs[expression] = program
	}
	out, _, err := program.Eval(input)
	return out, err
}

// matches tells whether a policy is asked at all.
func (p policy) matches(r request) bool {
	c := p.Spec.MatchConstraints
	rule := func(rule admission.NamedRuleWithOperations) bool {
		return slices.Contains(rule.Operations, admission.OperationType(r.Operation)) &&
			slices.Contains(rule.APIGroups, r.Group) && slices.Contains(rule.Resources, r.Resource)
	}
	return slices.ContainsFunc(c.ResourceRules, rule) && selects(c.NamespaceSelector, r.Namespace) &&
		(selects(c.ObjectSelector, r.Object) || selects(c.ObjectSelector, r.OldObject))
}

func selects(selector *metav1.LabelSelector, o map[string]any) bool {
	if selector == nil {
		return true
	}
	s, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil || o == nil {
		return false
	}
	set := labels.Set{}
	for key, value := range labelsOf(o) {
		set[key], _ = value.(string)
	}
	return s.Matches(set)
}

func labelsOf(o map[string]any) map[string]any {
	set, _ := nested(o, "metadata", "labels").(map[string]any)
	return set
}

func nested(o map[string]any, path ...string) any {
	for _, key := range path[:len(path)-1] {
		o, _ = o[key].(map[string]any)
	}
	return o[path[len(path)-1]]
}
