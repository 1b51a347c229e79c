package githubtest

import (
	"maps"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// responseSchema is what an operation answers with a status; nil for no body.
func responseSchema(operation *openapi3.Operation, status int) *openapi3.Schema {
	response := operation.Responses.Value(strconv.Itoa(status))
	if response == nil || response.Value == nil {
		return nil
	}
	content := response.Value.Content.Get("application/json")
	if content == nil {
		return nil
	}
	return content.Schema.Value
}

// complete puts values over the least that a schema requires.
func complete(schema *openapi3.Schema, value any) any {
	if schema == nil {
		return value
	}
	switch value := value.(type) {
	case []any:
		out := make([]any, len(value))
		for i := range value {
			out[i] = complete(schema.Items.Value, value[i])
		}
		return out
	case object:
		present := *schema
		present.Nullable = false
		out, _ := least(&present).(object)
		for key, v := range value {
			out[key] = complete(property(schema, key), v)
		}
		return out
	}
	return value
}

func property(schema *openapi3.Schema, key string) *openapi3.Schema {
	if found := schema.Properties[key]; found != nil {
		return found.Value
	}
	for _, list := range []openapi3.SchemaRefs{schema.AllOf, schema.AnyOf, schema.OneOf} {
		for _, part := range list {
			if found := property(part.Value, key); found != nil {
				return found
			}
		}
	}
	return nil
}

// least is the smallest value that a schema accepts.
func least(schema *openapi3.Schema) any {
	switch {
	case schema == nil || schema.Nullable:
		return nil
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	case len(schema.AllOf) > 0:
		out := object{}
		for _, part := range schema.AllOf {
			if more, is := least(part.Value).(object); is {
				maps.Copy(out, more)
			}
		}
		return out
	case len(schema.AnyOf) > 0:
		return least(schema.AnyOf[0].Value)
	case len(schema.OneOf) > 0:
		return least(schema.OneOf[0].Value)
	case schema.Type.Is("string"):
		return text(schema.Format)
	case schema.Type.Is("integer"), schema.Type.Is("number"):
		return 1
	case schema.Type.Is("boolean"):
		return false
	case schema.Type.Is("array"):
		return []any{}
	}
	out := object{}
	for _, key := range schema.Required {
		out[key] = least(property(schema, key))
	}
	return out
}

func text(format string) string {
	switch format {
	case "uri":
		return "https://example.net/"
	case "date-time":
		return "2026-11-23T12:00:00Z"
	}
	return "x"
}
