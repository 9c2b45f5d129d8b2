// kfp's marks of values in texts that it does not fill in: names of tasks (`set_display_name(f'train {item}')`) and the items of a loop
// (`ParallelFor([f'{name}-a', f'{name}-b'])`). They are filled in when the task appears.
import { isJsonObject, type Json } from '../../base/mod.ts';
import { itemMemberOf, parameterText, replaceChannels } from '../../ir/mod.ts';
import { inputParameterOf } from './inputs.ts';
import { own } from './own.ts';
import type { TaskNode } from './run-tree.ts';

const CHANNEL = 'pipelinechannel--';

/** `dag` is what the task stands in. A value that is not known yet is shown by its name. */
export function displayNameOf(dag: TaskNode, written: string): string {
  return replaceChannels(written, (inputName) => {
    const value = valueAround(dag, inputName);
    return value === undefined ? `{${inputName.slice(CHANNEL.length)}}` : parameterText(value);
  });
}

/** A mark of what is not known stays. */
export function fillMarks(dag: TaskNode, value: Json): Json {
  if (typeof value === 'string') {
    return replaceChannels(value, (inputName, mark) => parameterText(valueAround(dag, inputName) ?? mark));
  }
  if (Array.isArray(value)) return value.map((item: Json) => fillMarks(dag, item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fillMarks(dag, member ?? null)]));
}

function valueAround(dag: TaskNode, inputName: string): Json | undefined {
  const member = itemMemberOf(inputName);
  for (let group: TaskNode | undefined = dag; group !== undefined; group = group.parent) {
    const value = inputParameterOf(group, inputName) ?? inputParameterOf(group, inputName.slice(CHANNEL.length));
    if (value !== undefined && value !== null) return value;
    const item = member && inputParameterOf(group, member.itemInput);
    if (member !== undefined && isJsonObject(item)) return own(item, member.member) ?? undefined;
  }
  return undefined;
}
