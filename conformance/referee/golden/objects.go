package golden

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/controlplane" // installs every group
)

// objectCase is one object; `ago:SECONDS` stands for a time.
type objectCase struct {
	Name   string          `json:"name"`
	Object json.RawMessage `json:"object"`
}

func defaults(text []byte) (answers, error) {
	return eachObject(text, func(object runtime.Object, _ schema.GroupVersionKind) (any, error) {
		legacyscheme.Scheme.Default(object)
		fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
		delete(fields, "metadata")
		delete(fields, "status")
		return fields, err
	})
}

func eachObject(text []byte, answer func(runtime.Object, schema.GroupVersionKind) (any, error)) (answers, error) {
	var cases []objectCase
	if err := json.Unmarshal(text, &cases); err != nil {
		return nil, err
	}
	found := answers{}
	for _, each := range cases {
		if _, isThere := found[each.Name]; isThere {
			return nil, fmt.Errorf("two cases are called %q", each.Name)
		}
		object, kind, err := legacyscheme.Codecs.UniversalDeserializer().Decode(withTimes(each.Object), nil, nil)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", each.Name, err)
		}
		if found[each.Name], err = answer(object, *kind); err != nil {
			return nil, fmt.Errorf("%s: %w", each.Name, err)
		}
	}
	return found, nil
}

// microTime is what both kinds of time of the API read.
const microTime = "2006-01-02T15:04:05.000000Z"

var ago = regexp.MustCompile(`"ago:(\d+)"`)

func withTimes(text []byte) []byte {
	return ago.ReplaceAllFunc(text, func(match []byte) []byte {
		seconds, _ := strconv.Atoi(string(ago.FindSubmatch(match)[1])) // Digits, says the pattern.
		return []byte(strconv.Quote(time.Now().Add(-time.Duration(seconds) * time.Second).UTC().Format(microTime)))
	})
}
