// What a component takes, makes and runs.
import type { ComponentSpec, Ir, ParameterSpec } from '../../graph/ir.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Value } from '../../ui/values.tsx';
import type { Json } from '../../api/messages.ts';
import { lookOfType } from '../../artifact-preview/artifact-types.ts';
import styles from './pipelines.module.css';

interface ComponentPanelProps {
  readonly title: string;
  readonly component: ComponentSpec;
  readonly ir: Ir;
  /** It runs only when this holds. */
  readonly condition: string | undefined;
  /** The whole level is told of: no task is chosen. */
  readonly isLevel: boolean;
}

export function ComponentPanel({ title, component, ir, condition, isLevel }: ComponentPanelProps) {
  const { inputDefinitions: inputs = {}, outputDefinitions: outputs = {} } = component;
  const container = ir.deploymentSpec?.executors?.[component.executorLabel ?? '']?.container as Container | undefined;
  return (
    <aside className={styles['panel']} aria-label={`About ${title}`}>
      <h2>{title}</h2>
      {condition === undefined ? null : (
        <section>
          <h3>Runs when</h3>
          <code>{condition}</code>
        </section>
      )}
      <Definitions title="Inputs" parameters={inputs.parameters ?? {}} artifacts={inputs.artifacts ?? {}} />
      <Definitions title="Outputs" parameters={outputs.parameters ?? {}} artifacts={outputs.artifacts ?? {}} />
      {container === undefined ? null : <Program container={container} />}
      {isLevel ? <p className={styles['quiet']}>Choose a task to see what it takes, makes and runs.</p> : null}
    </aside>
  );
}

interface Container {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
}

interface DefinitionsProps {
  readonly title: string;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  readonly artifacts: Readonly<Record<string, { readonly artifactType?: { readonly schemaTitle?: string } }>>;
}

function Definitions({ title, parameters, artifacts }: DefinitionsProps) {
  const [parameterList, artifactList] = [Object.entries(parameters), Object.entries(artifacts)];
  if (parameterList.length + artifactList.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <dl className={styles['definitions']} aria-label={title}>
        {parameterList.map(([name, { parameterType, defaultValue, isOptional, description }]) => (
          <div key={name}>
            <dt>
              {name} <span className={styles['quiet']}>{typeTitle(parameterType)}</span>
            </dt>
            <dd>
              {defaultValue === undefined ? <span className={styles['quiet']}>{title === 'Inputs' ? (isOptional === true ? 'optional' : 'required') : ''}</span> : <Value value={defaultValue as Json} />}
            </dd>
            {description === undefined || description === '' ? null : <dd className={styles['description']}>{description}</dd>}
          </div>
        ))}
        {artifactList.map(([name, { artifactType }]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className={styles['quiet']}>{lookOfType(artifactType?.schemaTitle ?? 'system.Artifact').title}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const TYPES: Readonly<Record<string, string>> = {
  NUMBER_INTEGER: 'integer',
  NUMBER_DOUBLE: 'number',
  STRING: 'text',
  BOOLEAN: 'true or false',
  LIST: 'list',
  STRUCT: 'dictionary',
  TASK_FINAL_STATUS: 'final status',
};

function typeTitle(type: string | undefined): string {
  return TYPES[type ?? ''] ?? type?.toLowerCase() ?? '';
}

function Program({ container: { image = '', command = [], args = [] } }: { readonly container: Container }) {
  const text = [...command, ...args].join('\n');
  return (
    <section>
      <h3>Image</h3>
      <code className={styles['image']}>{image}</code>
      {text === '' ? null : (
        <>
          <h3>Command</h3>
          <div className={styles['command']}>
            <CopyButton text={text} label="Copy the command" />
            <pre tabIndex={0}>{text}</pre>
          </div>
        </>
      )}
    </section>
  );
}
