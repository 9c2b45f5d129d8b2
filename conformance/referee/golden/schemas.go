package golden

import (
	"encoding/json"
	"fmt"

	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
	"k8s.io/kube-openapi/pkg/validation/validate"
)

type schemaCase struct {
	Name   string         `json:"name"`
	Schema spec.Schema    `json:"schema"`
	Object map[string]any `json:"object"`
}

// schemas says how many complaints the validator of custom resources has about an object.
func schemas(text []byte) (answers, error) {
	var cases []schemaCase
	if err := json.Unmarshal(text, &cases); err != nil {
		return nil, err
	}
	found := answers{}
	for _, each := range cases {
		if _, isThere := found[each.Name]; isThere {
			return nil, fmt.Errorf("two cases are called %q", each.Name)
		}
		result := validate.NewSchemaValidator(&each.Schema, nil, "", strfmt.Default).Validate(each.Object)
		found[each.Name] = map[string]any{"complaintCount": len(result.Errors)}
	}
	return found, nil
}
