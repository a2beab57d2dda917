import type { ReviewedDocument } from '../../../documents/documents.service.js';
import { useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Badge, Moment, Section, Table } from '../../../ui/parts.js';
import type { DocumentForm, RefusedForm } from '../identity-forms.js';
import type { IdentityNeed } from '../identity-standing.service.js';
import { Day } from './day.js';
import { UploadForm } from './upload-form.js';

interface DocumentsPartProps {
  documents: readonly ReviewedDocument[];
  need: IdentityNeed;
  refused: RefusedForm<DocumentForm> | undefined;
  returnTo: string | undefined;
}

/** The second part of an identity: what was sent, without the pictures (CONTROLS C-65), and the form for more. */
export function DocumentsPart({ documents, need, refused, returnTo }: DocumentsPartProps) {
  const { documents: texts } = useTexts().account.identity;
  const isEnough = documents.length > 0 && need !== 'otherDocument';
  const form = <UploadForm refused={refused} returnTo={returnTo} />;
  return (
    <Section title={texts.title} lead={texts.lead}>
      {refused && <Notice kind="problem">{refused.problem}</Notice>}
      {documents.length > 0 && <Documents documents={documents} />}
      {isEnough && !refused ? (
        <details>
          <summary>{texts.another}</summary>
          {form}
        </details>
      ) : (
        form
      )}
    </Section>
  );
}

function Documents({ documents }: Pick<DocumentsPartProps, 'documents'>) {
  const { documents: texts } = useTexts().account.identity;
  const columns = [
    { title: texts.type, cell: ({ docType }: ReviewedDocument) => texts.types[docType] },
    { title: texts.number, cell: ({ docNumber }: ReviewedDocument) => <Ending number={docNumber} /> },
    { title: texts.expires, cell: ({ docExpire }: ReviewedDocument) => <Day day={docExpire} /> },
    { title: texts.state, cell: (document: ReviewedDocument) => <DocumentState document={document} /> },
    { title: texts.sent, cell: ({ createdAt }: ReviewedDocument) => <Moment at={createdAt} dateOnly /> },
  ];
  return <Table caption={texts.caption} columns={columns} rows={documents} keyOf={({ id }) => id} />;
}

/** Enough of a document's number for its owner to know which one, and of little use to others. */
function Ending({ number }: { number: string }) {
  const { documents: texts } = useTexts().account.identity;
  const characters = [...number];
  const shown = Math.min(4, Math.floor(characters.length / 2));
  return (
    <span>
      <span class="visually-hidden">{texts.endingIn} </span>
      <span aria-hidden="true">••••</span>
      {characters.slice(characters.length - shown).join('')}
    </span>
  );
}

const TONES = {
  scanning: 'waiting',
  infected: 'bad',
  pending: 'waiting',
  approved: 'good',
  rejected: 'bad',
} as const;

function DocumentState({ document }: { document: ReviewedDocument }) {
  const { documents: texts } = useTexts().account.identity;
  const state = stateOf(document);
  return <Badge tone={TONES[state]}>{texts.states[state]}</Badge>;
}

/** What a reviewer said counts; until then, what keeps reviewers from looking. */
function stateOf({ state, scanState }: ReviewedDocument): keyof typeof TONES {
  if (state !== 'pending') return state;
  if (scanState === 'infected') return 'infected';
  return scanState === 'clean' ? 'pending' : 'scanning';
}
