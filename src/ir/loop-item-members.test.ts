import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../base/mod.ts';
import { parsePipeline } from './parse.ts';

const ITEM = 'pipelinechannel--rows-Output-loop-item';
const MEMBER = `${ITEM}-subvar-name`;

/** What kfp compiles for `with ParallelFor(rows.output) as row: print_text(text=f'{row.name}!')`, with `outer` around it. */
function documentOf(source: JsonObject): JsonObject {
  const text = { parameterType: 'STRING' };
  return {
    pipelineInfo: { name: 'p' },
    schemaVersion: '2.1.0',
    deploymentSpec: { executors: { e: { container: { image: 'i' } } } },
    components: {
      rows: { executorLabel: 'e', outputDefinitions: { parameters: { Output: { parameterType: 'LIST' } } } },
      print: { executorLabel: 'e', inputDefinitions: { parameters: { text, [MEMBER]: text } } },
      loop: {
        inputDefinitions: { parameters: { list: { parameterType: 'LIST' }, [ITEM]: { parameterType: 'STRUCT' }, [MEMBER]: text } },
        dag: {
          tasks: {
            print: {
              componentRef: { name: 'print' },
              inputs: {
                parameters: {
                  [MEMBER]: { componentInputParameter: MEMBER },
                  text: { runtimeValue: { constant: `{{$.inputs.parameters['${MEMBER}']}}!` } },
                },
              },
            },
          },
        },
      },
    },
    root: {
      dag: {
        tasks: {
          rows: { componentRef: { name: 'rows' } },
          loop: {
            componentRef: { name: 'loop' },
            parameterIterator: { itemInput: ITEM, items: { inputParameter: 'list' } },
            inputs: { parameters: { list: { taskOutputParameter: { producerTask: 'rows', outputParameterKey: 'Output' } }, [MEMBER]: source } },
          },
        },
      },
    },
  };
}

test('a member of the item that a loop is given from outside, where it does not exist, is taken from the item', () => {
  const dangling: readonly JsonObject[] = [
    { componentInputParameter: MEMBER },
    { taskOutputParameter: { producerTask: 'rows', outputParameterKey: 'Output-loop-item-subvar-name' } },
  ];
  for (const source of dangling) {
    const parse = parsePipeline(documentOf(source));
    assert.ok(parse.ok, parse.ok ? '' : JSON.stringify(parse.errors));
    const { root, components } = parse.pipeline;
    assert.deepEqual(Object.keys(root.dag!.tasks['loop']!.inputs!.parameters!), ['list']);
    assert.deepEqual({ ...components['loop']!.dag!.tasks['print']!.inputs!.parameters![MEMBER] }, {
      componentInputParameter: ITEM,
      parameterExpressionSelector: 'parseJson(string_value)["name"]',
    });
  }
});

test('other references to nothing are still refused', () => {
  const document = documentOf({ componentInputParameter: MEMBER });
  const text = JSON.stringify(document).replaceAll(MEMBER, 'pipelinechannel--nobody');
  const parse = parsePipeline(JSON.parse(text));
  assert.ok(!parse.ok);
  assert.match(parse.errors[0]!.message, /nobody/);
});

/** The same with a branch around the task, which is given the item and not the member, and `more` as kfp gives it to loop and branch. */
function branchDocumentOf(more: string): JsonObject {
  const document = documentOf({ componentInputParameter: MEMBER }) as { readonly components: Record<string, JsonObject>; readonly root: { readonly dag: { readonly tasks: Record<string, JsonObject> } } } & JsonObject;
  const { loop, ...others } = document.components as { readonly loop: { readonly dag: JsonObject } } & JsonObject;
  const definitions = { [ITEM]: { parameterType: 'STRUCT' }, [more]: { parameterType: 'STRING' } };
  const inputs = { parameters: { [ITEM]: { componentInputParameter: ITEM }, [more]: { componentInputParameter: more } } };
  const branch = { inputDefinitions: { parameters: definitions }, dag: loop.dag };
  const around = {
    inputDefinitions: { parameters: { list: { parameterType: 'LIST' }, ...definitions } },
    dag: { tasks: { branch: { componentRef: { name: 'branch' }, inputs } } },
  };
  const { rows, loop: task } = document.root.dag.tasks as Record<string, { readonly inputs: { readonly parameters: JsonObject } }>;
  const parameters = { list: task!.inputs.parameters['list']!, [more]: { componentInputParameter: more } };
  const tasks = { rows, loop: { ...task, inputs: { parameters } } };
  return { ...document, components: { ...others, loop: around, branch }, root: { dag: { tasks } } } as unknown as JsonObject;
}

test('a branch in the loop is given the member of the item; the item of a loop over a member is none', () => {
  const deeperItem = `${ITEM}-subvar-list-loop-item`;
  const parse = parsePipeline(branchDocumentOf(deeperItem));
  assert.ok(parse.ok, parse.ok ? '' : JSON.stringify(parse.errors));
  const { root, components } = parse.pipeline;
  assert.deepEqual(Object.keys(root.dag!.tasks['loop']!.inputs!.parameters!), ['list']);
  assert.deepEqual(
    { ...components['loop']!.dag!.tasks['branch']!.inputs!.parameters },
    {
      [ITEM]: { componentInputParameter: ITEM },
      [MEMBER]: { componentInputParameter: ITEM, parameterExpressionSelector: 'parseJson(string_value)["name"]' },
    },
  );
  assert.equal(components['branch']!.inputDefinitions!.parameters![MEMBER]!.parameterType, 'STRING');
});

test('a member that a branch is given is not selected a second time', () => {
  const selected = { componentInputParameter: ITEM, parameterExpressionSelector: 'parseJson(string_value)["name"]' };
  const document = branchDocumentOf(MEMBER) as { readonly components: Record<string, JsonObject> } & JsonObject;
  const around = { tasks: { branch: { componentRef: { name: 'branch' }, inputs: { parameters: { [MEMBER]: selected } } } } };
  const again = { componentInputParameter: MEMBER, parameterExpressionSelector: selected.parameterExpressionSelector };
  const inside = { tasks: { print: { componentRef: { name: 'print' }, inputs: { parameters: { text: again, [MEMBER]: again } } } } };
  const { loop } = document.components;
  const inputDefinitions = { parameters: { [MEMBER]: { parameterType: 'STRING' } } };
  const parse = parsePipeline({ ...document, components: { ...document.components, loop: { ...loop, dag: around }, branch: { inputDefinitions, dag: inside } } });
  assert.ok(parse.ok, parse.ok ? '' : JSON.stringify(parse.errors));
  const { components } = parse.pipeline;
  assert.deepEqual({ ...components['loop']!.dag!.tasks['branch']!.inputs!.parameters }, { [MEMBER]: selected });
  assert.deepEqual({ ...components['branch']!.dag!.tasks['print']!.inputs!.parameters }, {
    text: { componentInputParameter: MEMBER },
    [MEMBER]: { componentInputParameter: MEMBER },
  });
});
