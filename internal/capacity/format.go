package capacity

import (
	"fmt"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// Format writes an amount of a resource as people read it: cores, Gi or Ti with
// a digit behind the point, or a number.
func Format(r Resource, amount int64) string {
	switch r {
	case CPU:
		return trim(float64(amount) / 1000)
	case Memory, Storage:
		return formatBytes(amount)
	}
	return strconv.FormatInt(amount, 10)
}

func formatBytes(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	for _, u := range []struct {
		name string
		size float64
	}{{"Ti", 1 << 40}, {"Gi", 1 << 30}, {"Mi", 1 << 20}} {
		if v := float64(n) / u.size; v >= 1 && (u.name != "Ti" || v >= 10 || n%(1<<40) == 0) {
			return sign + trim(v) + u.name
		}
	}
	return sign + strconv.FormatInt(n, 10)
}

// trim writes a number with one digit behind the point, or none.
func trim(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
}

// Exact writes an amount as a Kubernetes quantity, for a program.
func Exact(r Resource, amount int64) string {
	switch r {
	case CPU:
		return resource.NewMilliQuantity(amount, resource.DecimalSI).String()
	case Memory, Storage:
		return resource.NewQuantity(amount, resource.BinarySI).String()
	}
	return strconv.FormatInt(amount, 10)
}

// Percent writes a share without promising more than there is: 99.6% is 99%.
func Percent(share float64) string {
	if share > 0 && share < 0.01 {
		return "<1%"
	}
	return fmt.Sprintf("%d%%", int(share*100+1e-9))
}
