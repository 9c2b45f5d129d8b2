package golden

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
)

var (
	uid      = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	when     = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)
	revision = regexp.MustCompile(`"resourceVersion":"\d+"`)
)

const hashChars = 12

// normalise replaces what differs from run to run, and the messages of refusals by hashes: a text is not a fact, whether it
// is the same text is one. conformance/referee/normalise.ts does the same to the answers of our server.
func normalise(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, member := range value {
			value[key] = normaliseMember(key, member)
		}
		if message, isText := value["message"].(string); isText && isRefusal(value) {
			delete(value, "message")
			value["messageHash"] = hashOf(message)
		}
		if causes, isList := value["causes"].([]any); isList {
			sortCauses(causes)
		}
		if details, _ := value["details"].(map[string]any); len(causesOf(details)) > 1 {
			delete(value, "messageHash") // Made of the causes, in an order that changes.
		}
		return value
	case []any:
		for index, item := range value {
			value[index] = normalise(item)
		}
		return value
	case string:
		return withoutRun(value)
	}
	return value
}

func normaliseMember(key string, member any) any {
	if text, isText := member.(string); isText && key == "resourceVersion" && text != "" {
		return "<revision>"
	}
	return normalise(member)
}

// isRefusal is true for a Status and for one of its causes.
func isRefusal(object map[string]any) bool {
	_, hasReason := object["reason"]
	_, hasType := object["type"] // A condition.
	return object["kind"] == "Status" || (hasReason && !hasType)
}

func causesOf(details map[string]any) []any {
	causes, _ := details["causes"].([]any)
	return causes
}

func sortCauses(causes []any) {
	slices.SortFunc(causes, func(a, b any) int { return cmp.Compare(causeKey(a), causeKey(b)) })
}

func causeKey(cause any) string {
	fields, _ := cause.(map[string]any)
	return fmt.Sprint(fields["field"], " ", fields["reason"], " ", fields["messageHash"])
}

func hashOf(message string) string {
	sum := sha256.Sum256([]byte(withoutRun(message)))
	return hex.EncodeToString(sum[:])[:hashChars]
}

// withoutRun replaces what one run put into a text.
func withoutRun(text string) string {
	text = uid.ReplaceAllString(text, "<uid>")
	text = when.ReplaceAllString(text, "<time>")
	return revision.ReplaceAllString(text, `"resourceVersion":"<revision>"`)
}
