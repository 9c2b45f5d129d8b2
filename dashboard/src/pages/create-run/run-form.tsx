// Name, experiment and parameters of a new run, or of one that is made again and again. What is certainly wrong is said while one types; what the server refuses stands
// above the button, in its own words, and nothing typed is lost.
import { Play, Repeat } from 'lucide-react';
import { useRef, useState } from 'react';
import { KFP, request } from '../../api/client.ts';
import { useExperiments } from '../../api/experiments.ts';
import type { Json, Run } from '../../api/messages.ts';
import { createRecurringRun } from '../../api/recurring-runs.ts';
import { useNavigate, useSearch } from '../../frame/address.ts';
import { irOf, type ParameterSpec } from '../../graph/ir.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Select } from '../../ui/select.tsx';
import { sentence } from '../../ui/sentence.ts';
import { TextInput } from '../../ui/text-input.tsx';
import { ParameterField } from './parameter-field.tsx';
import { parseParameter, textOf } from './parameter-text.ts';
import { keptSentence, runBody } from './run-body.ts';
import type { RunSource } from './run-source.ts';
import { ScheduleFields, useSchedule } from './schedule-fields.tsx';
import styles from './create-run.module.css';

interface RunFormProps {
  readonly source: RunSource;
  readonly experimentId: string | undefined;
}

const TIMES = [
  { value: '', title: 'Once' },
  { value: '1', title: 'Again and again' },
] as const;

export function RunForm({ source, experimentId }: RunFormProps) {
  const ir = irOf(source.spec);
  const specs = Object.entries(ir.root?.inputDefinitions?.parameters ?? {});
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const [{ recurring = '' }, setSearch] = useSearch();
  const isRecurring = recurring !== '';
  const schedule = useSchedule(isRecurring);
  const [typedName, setName] = useState<string>();
  const name = typedName ?? (isRecurring ? source.recurringName : source.name);
  const [description, setDescription] = useState('');
  const [experiment, setExperiment] = useState(experimentId ?? '');
  const [texts, setTexts] = useState(() => startTexts(specs, source));
  const [refusal, setRefusal] = useState<string>();
  const [isSending, setIsSending] = useState(false);
  const parsed = specs.map(([key, spec]) => [key, parseParameter(texts[key] ?? '', spec)] as const);
  const kept = keptSentence(source);
  const isWrong = name.trim() === '' || parsed.some(([, { kind }]) => kind === 'wrong') || (isRecurring && schedule.body === undefined);
  const submit = async () => {
    if (isWrong) {
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
      return;
    }
    setIsSending(true);
    setRefusal(undefined);
    const parameters: Record<string, Json> = Object.fromEntries(parsed.flatMap(([key, one]) => (one.kind === 'value' ? [[key, one.value]] : [])));
    const body = runBody(source, { name, description, experimentId: experiment, parameters });
    try {
      navigate(isRecurring ? await startRecurring({ ...body, ...schedule.body }) : await startOnce(body));
    } catch (error) {
      setIsSending(false);
      setRefusal(sentence((error as Error).message));
    }
  };
  return (
    <form ref={form} className={styles['form']} noValidate onSubmit={(event) => (event.preventDefault(), void submit())}>
      {ir.pipelineInfo?.description === undefined ? null : <p className={styles['description']}>{ir.pipelineInfo.description}</p>}
      {kept === undefined ? null : <p className={styles['description']}>{kept}</p>}
      <Field label="Name" {...(name.trim() === '' ? { error: 'A run needs a name.' } : {})}>
        {(control) => <TextInput {...control} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <div className={styles['pair']}>
        <ExperimentField value={experiment} onChange={setExperiment} />
        <Field label="Description">{(control) => <TextInput {...control} value={description} onChange={(event) => setDescription(event.target.value)} />}</Field>
      </div>
      <div className={styles['boolean']}>
        <span>Run it</span>
        <Segments label="Run it" options={TIMES} value={recurring} onChange={(value) => setSearch({ recurring: value })} />
      </div>
      {isRecurring ? <ScheduleFields schedule={schedule} /> : null}
      <h2>Parameters</h2>
      {specs.length === 0 ? <p className={styles['description']}>This pipeline takes none.</p> : null}
      {specs.map(([key, spec], index) => (
        <ParameterField key={key} name={key} spec={spec} text={texts[key] ?? ''} parsed={parsed[index]![1]} onChange={(text) => setTexts({ ...texts, [key]: text })} />
      ))}
      {refusal === undefined ? null : (
        <p role="alert" className={styles['refusal']}>
          {refusal}
        </p>
      )}
      <Foot isSending={isSending} isRecurring={isRecurring} />
    </form>
  );
}

/** Resolves with where to look at what was made, as the other one does. */
async function startOnce(body: object): Promise<string> {
  const run = await request<Run>(`${KFP}/runs`, { method: 'POST', body });
  return paths.run(run.run_id ?? '');
}

async function startRecurring(body: object): Promise<string> {
  const { recurring_run_id: id = '' } = await createRecurringRun(body);
  return paths.recurringRun(id);
}

function Foot({ isSending, isRecurring }: { readonly isSending: boolean; readonly isRecurring: boolean }) {
  const navigate = useNavigate();
  const Icon = isRecurring ? Repeat : Play;
  return (
    <footer className={styles['foot']}>
      <Button kind="primary" type="submit" disabled={isSending} icon={<Icon size={14} aria-hidden="true" />}>
        {isRecurring ? 'Create the recurring run' : 'Start the run'}
      </Button>
      <Button kind="quiet" onClick={() => navigate(isRecurring ? paths.recurringRuns() : paths.runs())}>
        Cancel
      </Button>
    </footer>
  );
}

function startTexts(specs: readonly (readonly [string, ParameterSpec])[], source: RunSource): Readonly<Record<string, string>> {
  return Object.fromEntries(specs.map(([key, { defaultValue }]) => [key, textOf(source.parameters?.[key] ?? defaultValue)]));
}

function ExperimentField({ value, onChange }: { readonly value: string; readonly onChange: (id: string) => void }) {
  const { data = [] } = useExperiments();
  const open = data.filter(({ storage_state: state, experiment_id: id }) => state !== 'ARCHIVED' || id === value);
  return (
    <Field label="Experiment">
      {({ 'aria-invalid': _, ...control }) => (
        <Select {...control} value={value} onChange={(event) => onChange(event.target.value)}>
          {open.some(({ display_name: name }) => name === 'Default') ? null : <option value="">Default</option>}
          {/* Older than those that are listed, or deleted: the server says so then. */}
          {value === '' || open.some(({ experiment_id: id }) => id === value) ? null : <option value={value}>{value}</option>}
          {open.map(({ experiment_id: id, display_name: name }) => (
            <option key={id} value={name === 'Default' && value === '' ? '' : id}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
