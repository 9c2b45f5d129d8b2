// One parameter: a choice where the pipeline names its values, else a field of its type.
import type { ParameterSpec } from '../../graph/ir.ts';
import { Field } from '../../ui/field.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Select } from '../../ui/select.tsx';
import { TextArea, TextInput } from '../../ui/text-input.tsx';
import { isMissable, textOf, typeTitle, type ParsedParameter } from './parameter-text.ts';
import styles from './create-run.module.css';

interface ParameterFieldProps {
  readonly name: string;
  readonly spec: ParameterSpec;
  readonly text: string;
  readonly parsed: ParsedParameter;
  readonly onChange: (text: string) => void;
}

/** Longer texts get a field with several lines. */
const LINE_CHARS_MAX = 80;
const BOOLEANS = [
  { value: 'true', title: 'true' },
  { value: 'false', title: 'false' },
] as const;

export function ParameterField({ name, spec, text, parsed, onChange }: ParameterFieldProps) {
  const { parameterType = 'STRING', defaultValue, description } = spec;
  const facts = [typeTitle(spec), ...(defaultValue === undefined ? (isMissable(spec) ? ['optional'] : []) : [`default ${textOf(defaultValue) || '“”'}`])].join(', ');
  const hint = [description, facts].filter((part) => part !== undefined && part !== '').join(' · ');
  if (parameterType === 'BOOLEAN') {
    return (
      <div className={styles['boolean']}>
        <span>{name}</span>
        <Segments label={name} options={isMissable(spec) && defaultValue === undefined ? [{ value: '', title: 'not given' }, ...BOOLEANS] : BOOLEANS} value={text} onChange={onChange} />
        <p>{parsed.kind === 'wrong' ? parsed.message : hint}</p>
      </div>
    );
  }
  const isLong = parameterType === 'LIST' || parameterType === 'STRUCT' || text.length > LINE_CHARS_MAX || text.includes('\n');
  return (
    <Field label={name} hint={hint} {...(parsed.kind === 'wrong' ? { error: parsed.message } : {})}>
      {(control) => {
        if (spec.literals !== undefined) return <Literals control={control} spec={spec} text={text} onChange={onChange} />;
        if (isLong) return <TextArea {...control} rows={Math.min(8, text.split('\n').length + 1)} value={text} onChange={(event) => onChange(event.target.value)} />;
        return <TextInput {...control} inputMode={parameterType.startsWith('NUMBER') ? 'decimal' : undefined} value={text} onChange={(event) => onChange(event.target.value)} />;
      }}
    </Field>
  );
}

interface LiteralsProps extends Pick<ParameterFieldProps, 'spec' | 'text' | 'onChange'> {
  readonly control: { readonly id: string };
}

function Literals({ control, spec, text, onChange }: LiteralsProps) {
  const values = (spec.literals ?? []).map(textOf);
  return (
    <Select id={control.id} value={text} onChange={(event) => onChange(event.target.value)}>
      {values.includes(text) ? null : <option value={text}>{text === '' ? 'Choose …' : text}</option>}
      {values.map((value) => (
        <option key={value} value={value}>
          {value}
        </option>
      ))}
    </Select>
  );
}
