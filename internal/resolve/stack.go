package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantc/tenantc/internal/catalogue"
	"github.com/tenantc/tenantc/internal/diag"
)

// requirement is what a cluster, its class and the tenancy ask of a stack.
type requirement struct {
	stack, autonomy, isolation string // stack and autonomy may be empty: any
	sandbox                    catalogue.Sandbox
}

// stackFault is why there is no stack for a requirement.
type stackFault struct {
	code                 diag.Code
	field, message, hint string
}

// chooseStack takes the named stack if it fits, else the first one of the
// catalogue (the cheapest) that the site offers and that fits.
func chooseStack(want requirement, site Site, p policy) (catalogue.Stack, *stackFault) {
	if want.stack != "" {
		return namedStack(want, site, p)
	}
	var reasons []string
	for _, stack := range catalogue.Stacks() {
		if !slices.Contains(site.Stacks, stack.Name) {
			continue
		}
		if fault := unfit(stack, want, p); fault != nil {
			reasons = append(reasons, fault.message)
			continue
		}
		return stack, nil
	}
	return catalogue.Stack{}, &stackFault{diag.NoStackFits, "stack", "no stack of site " + site.Name + " fits: " + strings.Join(reasons, "; "), "ask for less, or choose another site or sandbox"}
}

func namedStack(want requirement, site Site, p policy) (catalogue.Stack, *stackFault) {
	stack, known := catalogue.StackFor(want.stack)
	if !known || !slices.Contains(site.Stacks, want.stack) {
		return stack, &stackFault{diag.StackNotOffered, "stack", fmt.Sprintf("site %s does not offer the stack %s", site.Name, want.stack), "it offers: " + list(site.Stacks)}
	}
	if fault := unfit(stack, want, p); fault != nil {
		return stack, fault
	}
	return stack, nil
}

// unfit tells why a stack does not meet a requirement; nil if it does.
func unfit(stack catalogue.Stack, want requirement, p policy) *stackFault {
	if stack.Missing != "" {
		return &stackFault{diag.StackNotGenerated, "stack", "there is no stack " + stack.Name + ": " + stack.Missing, "write stack: " + cmp.Or(stack.Instead, catalogue.VCluster)}
	}
	if want.autonomy != "" && !catalogue.AutonomyMeets(stack.Autonomy, want.autonomy) {
		return &stackFault{diag.Autonomy, "autonomy", fmt.Sprintf("the stack %s gives the autonomy %s, not %s", stack.Name, stack.Autonomy, want.autonomy), "write autonomy: " + stack.Autonomy}
	}
	if gives := stack.Isolation(want.sandbox, p.gvisorIsHard); !catalogue.IsolationMeets(gives, want.isolation) {
		return &stackFault{diag.IsolationTooWeak, "sandbox",
			fmt.Sprintf("the stack %s with the sandbox %s isolates %s, but %s is required", stack.Name, want.sandbox.Name, gives, want.isolation),
			"choose a stronger sandbox, such as kata-clh"}
	}
	return nil
}
