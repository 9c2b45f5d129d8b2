// A pipeline of our own for tests: train, a condition on its accuracy, a loop, a nested pipeline, an exit task.
import type { JsonObject } from '../../base/mod.ts';

export const TEST_PIPELINE_YAML = `
components:
  comp-train:
    executorLabel: exec-train
    inputDefinitions:
      parameters:
        rate: {parameterType: NUMBER_DOUBLE, defaultValue: 0.1, isOptional: true}
        rounds: {parameterType: NUMBER_INTEGER}
    outputDefinitions:
      parameters:
        accuracy: {parameterType: NUMBER_DOUBLE}
      artifacts:
        model: {artifactType: {schemaTitle: system.Model, schemaVersion: 0.0.1}}
  comp-report:
    executorLabel: exec-report
    inputDefinitions:
      parameters:
        text: {parameterType: STRING}
      artifacts:
        model: {artifactType: {schemaTitle: system.Model, schemaVersion: 0.0.1}, isOptional: true}
  comp-good-enough:
    inputDefinitions:
      parameters:
        accuracy: {parameterType: NUMBER_DOUBLE}
    dag:
      tasks:
        report:
          componentRef: {name: comp-report}
          inputs:
            parameters:
              text: {componentInputParameter: accuracy}
  comp-each:
    inputDefinitions:
      parameters:
        item: {parameterType: STRING}
    dag:
      tasks:
        report:
          componentRef: {name: comp-report}
          inputs:
            parameters:
              text: {componentInputParameter: item}
deploymentSpec:
  executors:
    exec-train:
      container:
        image: python:3.11
        command: [python3, train.py]
        args: ['--rounds', "{{$.inputs.parameters['rounds']}}"]
        env:
        - {name: MODE, value: fast}
    exec-report:
      container: {image: busybox, command: [echo], args: ["{{$.inputs.parameters['text']}}"]}
pipelineInfo: {name: test-pipeline, description: For tests}
root:
  inputDefinitions:
    parameters:
      rounds: {parameterType: NUMBER_INTEGER}
      label: {parameterType: STRING, defaultValue: 1e5, isOptional: true}
  dag:
    outputs:
      parameters:
        accuracy:
          valueFromParameter: {producerSubtask: train, outputParameterKey: accuracy}
    tasks:
      train:
        taskInfo: {name: train}
        componentRef: {name: comp-train}
        cachingOptions: {enableCache: true}
        retryPolicy: {maxRetryCount: 2, backoffDuration: 5s, backoffFactor: 2.0, backoffMaxDuration: 3600s}
        inputs:
          parameters:
            rounds: {componentInputParameter: rounds}
      good-enough:
        componentRef: {name: comp-good-enough}
        dependentTasks: [train]
        triggerPolicy: {condition: "inputs.parameter_values['accuracy'] > 0.9"}
        inputs:
          parameters:
            accuracy: {taskOutputParameter: {producerTask: train, outputParameterKey: accuracy}}
      each:
        componentRef: {name: comp-each}
        parameterIterator: {itemInput: item, items: {raw: '["a", "b"]'}}
        iteratorPolicy: {parallelismLimit: 1}
      goodbye:
        componentRef: {name: comp-report}
        dependentTasks: [each, good-enough]
        triggerPolicy: {strategy: ALL_UPSTREAM_TASKS_COMPLETED}
        inputs:
          parameters:
            text: {runtimeValue: {constant: bye}}
          artifacts:
            model: {taskOutputArtifact: {producerTask: train, outputArtifactKey: model}}
schemaVersion: 2.1.0
sdkVersion: kfp-2.17.0
`;

/** The document with one member replaced (or removed, for `undefined`); the path goes through objects only. */
export function withMember(document: JsonObject, path: readonly string[], value: unknown): JsonObject {
  const copy = structuredClone(document) as Record<string, unknown>;
  let place = copy;
  for (const step of path.slice(0, -1)) place = (place[step] ??= {}) as Record<string, unknown>;
  const last = path.at(-1)!;
  if (value === undefined) delete place[last];
  else place[last] = value;
  // Only JSON was put in.
  return copy as JsonObject;
}
