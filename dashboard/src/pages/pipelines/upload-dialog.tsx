// Uploads a compiled pipeline, as a new one or as a version of one that is there. What the server says about the file is said
// here, and nothing typed is lost.
import { FileUp } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { uploadPipeline, uploadVersion } from '../../api/pipelines.ts';
import { useNavigate } from '../../frame/address.ts';
import { sizeText } from '../../frame/time-text.ts';
import { toast } from '../../frame/toasts.tsx';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { sentence } from '../../ui/sentence.ts';
import { TextInput } from '../../ui/text-input.tsx';
import { useFileDrop } from './file-drop.ts';
import styles from './pipelines.module.css';

interface UploadDialogProps {
  /** Undefined: a new pipeline. */
  readonly pipeline?: { readonly id: string; readonly name: string };
  /** One that was dropped already. */
  readonly file?: File | undefined;
  readonly onClose: () => void;
}

export function UploadDialog({ pipeline, file: dropped, onClose }: UploadDialogProps) {
  const navigate = useNavigate();
  const formId = useId();
  const [file, setFile] = useState(dropped);
  const [name, setName] = useState(dropped === undefined ? '' : nameOf(dropped, pipeline !== undefined));
  const [description, setDescription] = useState('');
  const [refusal, setRefusal] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);
  const choose = (chosen: File) => {
    setFile(chosen);
    setRefusal(undefined);
    setName((typed) => (typed === '' ? nameOf(chosen, pipeline !== undefined) : typed));
  };
  const upload = async () => {
    if (file === undefined) return;
    setIsBusy(true);
    try {
      const to = await uploaded(pipeline?.id, { file, name: name.trim(), description: description.trim() });
      toast('done', `Uploaded: ${name.trim()}`);
      onClose();
      navigate(to);
    } catch (error) {
      setRefusal(sentence((error as Error).message));
      setIsBusy(false);
    }
  };
  const actions = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button kind="primary" type="submit" form={formId} disabled={isBusy || file === undefined || name.trim() === ''}>
        {isBusy ? 'Uploading …' : 'Upload'}
      </Button>
    </>
  );
  return (
    <Dialog title={pipeline === undefined ? 'Upload pipeline' : `Upload a version of ${pipeline.name}`} onClose={onClose} actions={actions}>
      <form id={formId} className={styles['form']} onSubmit={(event) => (event.preventDefault(), void upload())}>
        <FileChoice file={file} onChoose={choose} />
        {refusal === undefined ? null : (
          <p role="alert" className={styles['refusal']}>
            {refusal}
          </p>
        )}
        <Field label={pipeline === undefined ? 'Name' : 'Name of the version'}>
          {(field) => <TextInput {...field} required value={name} onChange={(event) => (setName(event.target.value), setRefusal(undefined))} />}
        </Field>
        <Field label="Description" hint="May stay empty.">
          {(field) => <TextInput {...field} value={description} onChange={(event) => setDescription(event.target.value)} />}
        </Field>
      </form>
    </Dialog>
  );
}

/** Address of what was made. */
async function uploaded(pipelineId: string | undefined, upload: Parameters<typeof uploadPipeline>[0]): Promise<string> {
  if (pipelineId === undefined) return paths.pipeline((await uploadPipeline(upload)).pipeline_id ?? '');
  return paths.pipelineVersion(pipelineId, (await uploadVersion(pipelineId, upload)).pipeline_version_id ?? '');
}

/** `iris.yaml` → `iris`; a version is told apart by its time. */
function nameOf(file: File, isVersion: boolean): string {
  const name = file.name.replace(/\.(ya?ml|json|zip|tar\.gz|tgz|gz)$/i, '');
  return isVersion ? `${name} ${stampText(new Date())}` : name;
}

/** 2026-11-30 18-05, as the clock on the wall says. */
function stampText(now: Date): string {
  const day = now.toLocaleDateString('sv');
  return `${day} ${now.toLocaleTimeString('sv', { hour: '2-digit', minute: '2-digit' }).replace(':', '-')}`;
}

function FileChoice({ file, onChoose }: { readonly file: File | undefined; readonly onChoose: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const { isOver, handlers } = useFileDrop(onChoose);
  return (
    <div className={styles['drop']} data-over={isOver || undefined} {...handlers}>
      <FileUp size={18} aria-hidden="true" />
      <p>
        {file === undefined ? (
          'Drop a compiled pipeline here (YAML, JSON, zip or tar.gz)'
        ) : (
          <>
            <strong>{file.name}</strong>, {sizeText(file.size)}
          </>
        )}
      </p>
      <Button onClick={() => input.current?.click()}>{file === undefined ? 'Choose a file' : 'Choose another'}</Button>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label="Pipeline file"
        accept=".yaml,.yml,.json,.zip,.gz,.tgz"
        onChange={({ target }) => {
          const [chosen] = target.files ?? [];
          if (chosen !== undefined) onChoose(chosen);
          target.value = '';
        }}
      />
    </div>
  );
}
