// The dialog that makes an experiment. What the server refuses is said at the field, and nothing typed is lost.
import { useId, useState } from 'react';
import { ApiError } from '../../api/client.ts';
import { createExperiment } from '../../api/experiments.ts';
import { useNavigate } from '../../frame/address.ts';
import { toast } from '../../frame/toasts.tsx';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { sentence } from '../../ui/sentence.ts';
import { TextInput } from '../../ui/text-input.tsx';

export function CreateExperiment({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const formId = useId();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [refusal, setRefusal] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);
  const create = async () => {
    setIsBusy(true);
    try {
      const { experiment_id: id = '' } = await createExperiment(name.trim(), description.trim());
      toast('done', `Created: ${name.trim()}`);
      onClose();
      navigate(paths.experiment(id));
    } catch (error) {
      setRefusal(error instanceof ApiError && error.status === 409 ? `There is already an experiment called “${name.trim()}”: choose another name.` : sentence((error as Error).message));
      setIsBusy(false);
    }
  };
  const actions = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button kind="primary" type="submit" form={formId} disabled={isBusy || name.trim() === ''}>
        Create
      </Button>
    </>
  );
  return (
    <Dialog title="Create experiment" onClose={onClose} actions={actions}>
      <form id={formId} onSubmit={(event) => (event.preventDefault(), void create())}>
        <Field label="Name" {...(refusal === undefined ? {} : { error: refusal })}>
          {(field) => <TextInput {...field} autoFocus required value={name} onChange={(event) => (setName(event.target.value), setRefusal(undefined))} />}
        </Field>
        <Field label="Description" hint="What you want to find out. May stay empty.">
          {(field) => <TextInput {...field} value={description} onChange={(event) => setDescription(event.target.value)} />}
        </Field>
      </form>
    </Dialog>
  );
}
