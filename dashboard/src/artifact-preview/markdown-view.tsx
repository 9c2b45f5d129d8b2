// Markdown that a step wrote. It becomes elements of ours, token by token: HTML in it is shown as the text that it is, links
// lead away in a new tab, pictures from elsewhere are links.
import { lexer, type MarkedToken, type Token, type Tokens } from 'marked';
import { createElement, useMemo, type ReactNode } from 'react';
import { useArtifactText } from '../api/artifacts.ts';
import { ErrorState } from '../ui/error-state.tsx';
import styles from './artifact-preview.module.css';

const SHOWN_BYTES_MAX = 512 * 1024;
/** Lists and quotes in each other: deeper ones are shown as text. */
const DEPTH_MAX = 24;

export function MarkdownView({ artifactId, path, sizeBytes }: { readonly artifactId: string; readonly path: string; readonly sizeBytes: number }) {
  const text = useArtifactText(artifactId, path, sizeBytes, SHOWN_BYTES_MAX);
  const tokens = useMemo(() => (text.data === undefined ? undefined : lexer(text.data)), [text.data]);
  if (text.isError) return <ErrorState title="The text could not be read" error={text.error} onRetry={() => void text.refetch()} />;
  return <div className={styles['markdown']}>{tokens === undefined ? null : <Nodes tokens={tokens} depth={0} />}</div>;
}

interface NodesProps {
  readonly tokens: readonly Token[] | undefined;
  readonly depth: number;
}

function Nodes({ tokens = [], depth }: NodesProps): ReactNode {
  // Tokens have no identity but their place.
  return tokens.map((token, index) => <Node key={index} token={token as MarkedToken} depth={depth} />);
}

function Node({ token, depth }: { readonly token: MarkedToken; readonly depth: number }): ReactNode {
  if (depth > DEPTH_MAX) return token.raw;
  const inner = (tokens: readonly Token[] | undefined) => <Nodes tokens={tokens} depth={depth + 1} />;
  switch (token.type) {
    case 'heading':
      // The page has its own h1: a document in it begins one lower.
      return createElement(`h${Math.min(6, token.depth + 1)}`, { 'data-depth': token.depth }, inner(token.tokens));
    case 'paragraph':
      return <p>{inner(token.tokens)}</p>;
    case 'strong':
      return <strong>{inner(token.tokens)}</strong>;
    case 'em':
      return <em>{inner(token.tokens)}</em>;
    case 'del':
      return <del>{inner(token.tokens)}</del>;
    case 'codespan':
      return <code>{token.text}</code>;
    case 'code':
      return (
        <pre tabIndex={0}>
          <code>{token.text}</code>
        </pre>
      );
    case 'blockquote':
      return <blockquote>{inner(token.tokens)}</blockquote>;
    case 'list':
      return <List token={token} depth={depth} />;
    case 'table':
      return <Table token={token} depth={depth} />;
    case 'link':
      return <OutsideLink href={token.href}>{inner(token.tokens)}</OutsideLink>;
    case 'image':
      return <OutsideLink href={token.href}>{token.text === '' ? token.href : token.text}</OutsideLink>;
    case 'hr':
      return <hr />;
    case 'br':
      return <br />;
    case 'space':
    case 'def':
      return null;
    case 'text':
      return 'tokens' in token && token.tokens !== undefined ? inner(token.tokens) : unescaped(token);
    case 'escape':
      return token.text;
    default:
      return token.raw;
  }
}

/** The lexer leaves entities as they are written. */
function unescaped({ text }: Tokens.Text | Tokens.Escape): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}

function List({ token: { ordered, start, items }, depth }: { readonly token: Tokens.List; readonly depth: number }) {
  const entries = items.map((item, index) => (
    <li key={index}>
      {item.task ? <input type="checkbox" checked={item.checked === true} readOnly disabled aria-label={item.checked === true ? 'done' : 'not done'} /> : null}
      <Nodes tokens={item.tokens.filter(({ type }) => type !== 'checkbox')} depth={depth + 1} />
    </li>
  ));
  return ordered ? <ol start={start === '' ? 1 : start}>{entries}</ol> : <ul>{entries}</ul>;
}

function Table({ token: { header, rows, align }, depth }: { readonly token: Tokens.Table; readonly depth: number }) {
  const alignment = (index: number) => ({ textAlign: align[index] ?? undefined }) as const;
  return (
    <div className={styles['markdown-table']} tabIndex={0} role="region" aria-label="Table">
      <table>
        <thead>
          <tr>
            {header.map((cell, index) => (
              <th key={index} scope="col" style={alignment(index)}>
                <Nodes tokens={cell.tokens} depth={depth + 1} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, rowIndex) => (
            <tr key={rowIndex}>
              {row.map((cell, index) => (
                <td key={index} style={alignment(index)}>
                  <Nodes tokens={cell.tokens} depth={depth + 1} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function OutsideLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  if (!/^(https?:|mailto:)/i.test(href)) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}
