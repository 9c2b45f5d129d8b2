import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { toast } from '../frame/toasts.tsx';
import { IconButton } from './icon-button.tsx';

const CONFIRMED_MS = 1_500;

export function CopyButton({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    try {
      // Undefined where the page came over http from another machine.
      await navigator.clipboard.writeText(text);
      setIsCopied(true);
      setTimeout(() => setIsCopied(false), CONFIRMED_MS);
    } catch {
      toast('failed', 'The browser did not allow copying: select the text and copy it yourself.');
    }
  };
  return (
    <IconButton label={isCopied ? 'Copied' : label} onClick={() => void copy()}>
      {isCopied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
    </IconButton>
  );
}
