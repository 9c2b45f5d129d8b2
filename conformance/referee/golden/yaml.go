package golden

import (
	"encoding/json"
	"fmt"
	"strings"

	"sigs.k8s.io/yaml"
)

type textCase struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// yamlTexts says how Kubernetes reads YAML: the value, and which keys stand twice, of which only a strict reader complains.
func yamlTexts(text []byte) (answers, error) {
	var cases []textCase
	if err := json.Unmarshal(text, &cases); err != nil {
		return nil, err
	}
	found := answers{}
	for _, each := range cases {
		if _, isThere := found[each.Name]; isThere {
			return nil, fmt.Errorf("two cases are called %q", each.Name)
		}
		value, err := yaml.YAMLToJSON([]byte(each.Text))
		if err != nil {
			found[each.Name] = refusal
			continue
		}
		answer := map[string]any{"value": json.RawMessage(value)}
		if _, err := yaml.YAMLToJSONStrict([]byte(each.Text)); err != nil {
			answer["repeatedCount"] = strings.Count(err.Error(), "already set in map")
		}
		found[each.Name] = answer
	}
	return found, nil
}
