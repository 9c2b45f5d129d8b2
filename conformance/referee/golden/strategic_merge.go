package golden

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
)

type mergeCase struct {
	Name       string          `json:"name"`
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Original   json.RawMessage `json:"original"`
	Patch      json.RawMessage `json:"patch"`
}

// refusal stands for every error.
var refusal = map[string]any{"refused": true}

func strategicMerges(text []byte) (answers, error) {
	var cases []mergeCase
	if err := json.Unmarshal(text, &cases); err != nil {
		return nil, err
	}
	found := answers{}
	for _, each := range cases {
		if _, isThere := found[each.Name]; isThere {
			return nil, fmt.Errorf("two cases are called %q", each.Name)
		}
		object, err := legacyscheme.Scheme.New(schema.FromAPIVersionAndKind(each.APIVersion, each.Kind))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", each.Name, err)
		}
		if merged, err := strategicpatch.StrategicMergePatch(each.Original, each.Patch, object); err != nil {
			found[each.Name] = refusal
		} else {
			found[each.Name] = map[string]any{"result": json.RawMessage(merged)}
		}
	}
	return found, nil
}
