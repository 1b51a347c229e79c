package resolve

import (
	"cmp"
	"fmt"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
	"github.com/tenantc/tenantc/schema"
)

// stack settles how the cluster is made and how strongly it is isolated.
func (r *clusterResolver) stack(c *Cluster) {
	defaults := orZero(r.class.Value.Spec.Defaults)
	want := Requirement{
		Stack:        cmp.Or(r.spec.Stack, defaults.Stack, r.rememberedStack().value),
		Autonomy:     cmp.Or(r.spec.Autonomy, defaults.Autonomy),
		Isolation:    r.requiredIsolation(),
		GVisorIsHard: r.policy.gvisorIsHard,
		AllowStale:   r.policy.allowStale,
	}
	offered := true
	c.Sandbox = catalogue.Sandbox{Name: catalogue.None}
	if named, _ := catalogue.StackFor(want.Stack); named.TakesSandbox() || r.spec.Sandbox != "" {
		c.Sandbox, offered = r.sandbox(choose(r.rec, "sandbox", defaultSandbox,
			r.written("sandbox", r.spec.Sandbox), r.classes("sandbox", defaults.Sandbox)))
	}
	if !offered {
		return // how strongly it isolates is not worth a second fault
	}
	want.Sandbox = c.Sandbox
	stack, unfit := r.chooseStack(want)
	if unfit != nil {
		r.fault(unfit.Code, unfit.Field, unfit.Message, unfit.Remedy)
		return
	}
	if !stack.TakesSandbox() {
		c.Sandbox = r.noSandbox(stack)
	}
	c.Stack, c.Autonomy = stack.Name, stack.Autonomy
	c.Isolation = stack.Isolation(c.Sandbox, r.policy.gvisorIsHard)
	r.noteStack(*c, defaults)
}

// noSandbox: where all pods run in machines of the tenant's or on another site,
// a sandbox of the site's would hold nothing.
func (r *clusterResolver) noSandbox(stack catalogue.Stack) catalogue.Sandbox {
	if r.spec.Sandbox != "" && r.spec.Sandbox != catalogue.None {
		r.fault(diag.OptionUnused, "sandbox", "the stack "+stack.Name+" runs no pod of the tenant on the site's nodes, so that a sandbox would hold nothing",
			"leave sandbox out, or choose another stack")
	}
	return catalogue.Sandbox{Name: catalogue.None}
}

// noteStack says for explain why the cluster has its stack.
func (r *clusterResolver) noteStack(c Cluster, defaults schema.Defaults) {
	chosen := "the cheapest of site " + r.site.Name + " that isolates " + r.requiredIsolation()
	choose(r.rec, "stack", c.Stack, r.written("stack", r.spec.Stack), r.classes("stack", defaults.Stack), r.rememberedStack(),
		candidate[string]{value: c.Stack, source: chosen})
	r.rec.note("autonomy", c.Autonomy, "stack "+c.Stack, nil)
	r.rec.note("isolation", c.Isolation, "stack "+c.Stack+" with sandbox "+c.Sandbox.Name, nil)
}

// requiredIsolation is the strongest of what the tenancy, the class and the
// cluster ask for: a cluster never undercuts its class.
func (r *clusterResolver) requiredIsolation() string {
	strongest := catalogue.Soft
	for _, asked := range []string{r.policy.minimumIsolation, r.class.Value.Spec.Isolation, r.spec.Isolation} {
		if catalogue.IsolationMeets(asked, strongest) {
			strongest = asked
		}
	}
	return strongest
}

// sandbox looks a sandbox up among what the site offers.
func (r *clusterResolver) sandbox(name string) (catalogue.Sandbox, bool) {
	if name == catalogue.None {
		return catalogue.Sandbox{Name: catalogue.None}, true
	}
	var offered []string
	for _, s := range r.site.Sandboxes {
		if s.Name == name {
			return s, true
		}
		offered = append(offered, s.Name)
	}
	r.fault(diag.SandboxNotOffered, "sandbox", fmt.Sprintf("site %s does not offer the sandbox %s", r.site.Name, name),
		"it offers: "+list(append(offered, catalogue.None)))
	return catalogue.Sandbox{Name: name}, false
}
