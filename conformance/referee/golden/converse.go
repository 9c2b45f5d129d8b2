package golden

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	untilTimeMax = 30 * time.Second
	untilPeriod  = 100 * time.Millisecond
)

// conversation is a row of requests to one server; what must be true of the answers is for the reader of the golden file.
type conversation struct {
	Name  string `json:"name"`
	Steps []step `json:"steps"`
}

type step struct {
	Method      string          `json:"method"`
	Path        string          `json:"path"`
	ContentType string          `json:"contentType"`
	Accept      string          `json:"accept"`
	Body        json.RawMessage `json:"body"`
	// Text is a body that is no JSON.
	Text string `json:"text"`
	// IsSetup steps must succeed; their answers are not written.
	IsSetup bool `json:"isSetup"`
	// Until repeats a GET until a condition of that type is True.
	Until string `json:"until"`
}

type answer struct {
	Code     int      `json:"code"`
	Warnings []string `json:"warnings,omitempty"`
	Body     any      `json:"body,omitempty"`
}

// caller knows the way to a server.
type caller struct {
	url   string
	token string
}

func converse(ctx context.Context, server caller, text []byte) (answers, error) {
	var cases []conversation
	if err := json.Unmarshal(text, &cases); err != nil {
		return nil, err
	}
	found := answers{}
	for _, each := range cases {
		if _, isThere := found[each.Name]; isThere {
			return nil, fmt.Errorf("two cases are called %q", each.Name)
		}
		said := []answer{}
		for index, step := range each.Steps {
			heard, err := server.take(ctx, step)
			if err != nil {
				return nil, fmt.Errorf("%s, step %d: %w", each.Name, index, err)
			}
			if !step.IsSetup && step.Until == "" {
				said = append(said, heard)
			}
		}
		found[each.Name] = said
	}
	return found, nil
}

func (c caller) take(ctx context.Context, step step) (answer, error) {
	deadline := time.Now().Add(untilTimeMax)
	for {
		heard, err := c.send(ctx, step)
		switch {
		case err != nil:
			return heard, err
		case step.Until != "" && !hasCondition(heard.Body, step.Until):
			if time.Now().After(deadline) {
				return heard, fmt.Errorf("%s %s is not %s", step.Method, step.Path, step.Until)
			}
			time.Sleep(untilPeriod)
			continue
		case step.IsSetup && heard.Code >= http.StatusBadRequest:
			return heard, fmt.Errorf("%s %s: %d %v", step.Method, step.Path, heard.Code, heard.Body)
		}
		heard.Body = normalise(heard.Body)
		return heard, nil
	}
}

var client = &http.Client{
	Timeout:   30 * time.Second,
	Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, // Our own server, on loopback.
}

func (c caller) send(ctx context.Context, step step) (answer, error) {
	body := []byte(step.Text)
	if step.Body != nil {
		body = step.Body
	}
	request, err := http.NewRequestWithContext(ctx, step.Method, c.url+step.Path, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	request.Header.Set("User-Agent", "referee")
	request.Header.Set("Accept", valueOr(step.Accept, "application/json"))
	if len(body) > 0 {
		request.Header.Set("Content-Type", valueOr(step.ContentType, "application/json"))
	}
	response, err := client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	heard := answer{Code: response.StatusCode, Warnings: response.Header.Values("Warning")}
	for index, warning := range heard.Warnings {
		heard.Warnings[index] = hashOf(warning)
	}
	// A body that is no JSON is no fact for us.
	_ = json.Unmarshal(text, &heard.Body)
	return heard, err
}

func valueOr(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

func hasCondition(body any, wanted string) bool {
	object, _ := body.(map[string]any)
	status, _ := object["status"].(map[string]any)
	conditions, _ := status["conditions"].([]any)
	for _, each := range conditions {
		if condition, _ := each.(map[string]any); condition["type"] == wanted && condition["status"] == "True" {
			return true
		}
	}
	return false
}
