// In which order the steps of a run are shown.

/**
 * Steps below their group, in the order in which they began; what began at the same moment, or waits, in the order in which
 * the pipeline wants it. Each gets the `depth` of its group. The root is the run itself and is left out.
 */
export function inOrder(tasks, pipelineSpec) {
  const children = Map.groupBy(tasks, (task) => task.parent_task_id ?? '');
  const below = (group, depth) => {
    const levels = levelsOf(dagOf(group, pipelineSpec));
    const levelOf = (task) => levels.get(task.name) ?? 0;
    return (children.get(group.task_id) ?? [])
      .toSorted((a, b) => began(a).localeCompare(began(b)) || levelOf(a) - levelOf(b) || comparePaths(a, b))
      .flatMap((task) => [{ ...task, depth }, ...below(task, depth + 1)]);
  };
  return (children.get('') ?? []).flatMap((root) => below(root, 0));
}

/** Later than any time for a task that has neither begun nor ended. */
function began(task) {
  return task.status_metadata?.custom_properties?.started_at ?? task.end_time ?? '9';
}

function comparePaths(a, b) {
  return a.scope_path.localeCompare(b.scope_path, undefined, { numeric: true });
}

/** The tasks of a group as the pipeline describes them. */
function dagOf(group, document = {}) {
  const spec = document.pipeline_spec ?? document;
  const component = group.type === 'ROOT' ? spec.root : spec.components?.[group.status_metadata?.custom_properties?.component_name];
  return component?.dag?.tasks ?? {};
}

/** Length of the longest chain of tasks that each one waits for. The server has refused cycles. */
function levelsOf(dag) {
  const levels = new Map();
  const levelOf = (name) => {
    if (!levels.has(name)) levels.set(name, 1 + Math.max(-1, ...(dag[name]?.dependentTasks ?? []).map(levelOf)));
    return levels.get(name);
  };
  Object.keys(dag).forEach(levelOf);
  return levels;
}
