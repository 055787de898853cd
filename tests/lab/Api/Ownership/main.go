// Runs sequences of writes through structured-merge-diff, the library that the API server applies with. A line of input is a list of steps, a line of
// output the list of their results: the object and who owns what, or the manager of each field that was in conflict.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"sort"

	"sigs.k8s.io/structured-merge-diff/v4/fieldpath"
	"sigs.k8s.io/structured-merge-diff/v4/merge"
	"sigs.k8s.io/structured-merge-diff/v4/typed"
	"sigs.k8s.io/structured-merge-diff/v4/value"
)

const schema = `types:
- name: root
  map:
    fields:
    - {name: spec, type: {namedType: spec}}
- name: spec
  map:
    fields:
    - {name: size, type: {scalar: numeric}}
    - {name: code, type: {scalar: string}}
    - {name: labels, type: {map: {elementType: {scalar: string}}}}
    - {name: tags, type: {list: {elementType: {scalar: string}, elementRelationship: associative}}}
    - {name: plain, type: {list: {elementType: {scalar: string}, elementRelationship: atomic}}}
    - {name: inner, type: {map: {fields: [{name: a, type: {scalar: numeric}}, {name: b, type: {scalar: numeric}}]}}}
    - {name: parts, type: {list: {elementType: {namedType: part}, elementRelationship: associative, keys: [name]}}}
- name: part
  map:
    fields:
    - {name: name, type: {scalar: string}}
    - {name: weight, type: {scalar: numeric}}
    - {name: note, type: {scalar: string}}
`

type oneVersion struct{}

func (oneVersion) Convert(object *typed.TypedValue, _ fieldpath.APIVersion) (*typed.TypedValue, error) {
	return object, nil
}

func (oneVersion) IsMissingVersionError(error) bool { return false }

type step struct {
	Op      string          `json:"op"`
	Manager string          `json:"manager"`
	Force   bool            `json:"force"`
	Object  json.RawMessage `json:"object"`
}

func main() {
	parser, err := typed.NewParser(schema)
	check(err)
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(make([]byte, 1<<20), 1<<24)
	output := json.NewEncoder(os.Stdout)
	output.SetEscapeHTML(false)
	for input.Scan() {
		var steps []step
		check(json.Unmarshal(input.Bytes(), &steps))
		check(output.Encode(run(parser.Type("root"), steps)))
	}
}

func run(root typed.ParseableType, steps []step) []interface{} {
	updater := &merge.Updater{Converter: oneVersion{}}
	live, err := root.FromUnstructured(map[string]interface{}{})
	check(err)
	managers := fieldpath.ManagedFields{}
	results := []interface{}{}
	for _, s := range steps {
		object, err := root.FromYAML(typed.YAMLObject(s.Object))
		check(err)
		before := managers.Copy()
		if s.Op == "apply" {
			var made *typed.TypedValue
			made, managers, err = updater.Apply(live, object, "v1", managers, s.Manager, s.Force)
			if conflicts, ok := err.(merge.Conflicts); ok {
				managers = before
				results = append(results, owners(conflicts))
				continue
			}
			check(err)
			if made != nil {
				live = made
			}
		} else {
			live, managers, err = updater.Update(live, object, "v1", managers, s.Manager)
			check(err)
		}
		results = append(results, map[string]interface{}{"object": plain(value.ToJSON(live.AsValue())), "managers": owned(managers)})
	}
	return results
}

func owners(conflicts merge.Conflicts) []string {
	names := []string{}
	for _, conflict := range conflicts {
		names = append(names, conflict.Manager)
	}
	sort.Strings(names)
	return names
}

func owned(managers fieldpath.ManagedFields) map[string]interface{} {
	all := map[string]interface{}{}
	for manager, set := range managers {
		all[manager] = plain(set.Set().ToJSON())
	}
	return all
}

func plain(text []byte, err error) interface{} {
	check(err)
	var read interface{}
	check(json.Unmarshal(text, &read))
	return read
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
