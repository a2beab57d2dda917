import type { ReviewedDocument } from '../../../documents/documents.service.js';
import { Form } from '../../../ui/form.js';
import { useFrame, useTexts } from '../../../ui/frame.js';
import { Badge, Empty, Facts, Moment } from '../../../ui/parts.js';

interface PapersProps {
  uid: string;
  documents: ReviewedDocument[];
  /** Nobody reviews themselves, and not what somebody else has taken. */
  mayDecide: boolean;
  now: Date;
}

/** The documents of a person, as large as the page allows. */
export function ReviewPapers({ uid, documents, mayDecide, now }: PapersProps) {
  const { papers } = useTexts().consoleReviews;
  return (
    <section class="papers" aria-label={papers.title}>
      {documents.length === 0 && <Empty>{papers.none}</Empty>}
      {[...documents].sort(openFirst).map((document) => (
        <Paper key={document.id} {...{ uid, document, mayDecide, now }} />
      ))}
      {documents.length > 0 && <p class="fresh">{papers.recorded}</p>}
    </section>
  );
}

/** What cannot be opened comes last; otherwise they stay as they are, newest first. */
const openFirst = (one: ReviewedDocument, other: ReviewedDocument): number =>
  Number(other.scanState === 'clean') - Number(one.scanState === 'clean');

const TONES = { pending: 'waiting', approved: 'good', rejected: 'bad' } as const;

function Paper({ uid, document, mayDecide, now }: Omit<PapersProps, 'documents'> & { document: ReviewedDocument }) {
  const { papers } = useTexts().consoleReviews;
  return (
    <article class="card paper" id={`document-${document.id}`}>
      <header>
        <h2>{papers.types[document.docType]}</h2>
        <Badge tone={TONES[document.state]}>{papers.states[document.state]}</Badge>
      </header>
      <PaperFacts document={document} now={now} />
      {document.scanState === 'clean' ? (
        <Picture document={document} />
      ) : (
        <p class="notice problem">{papers.scan[document.scanState]}</p>
      )}
      {mayDecide && <PaperDecision uid={uid} document={document} />}
    </article>
  );
}

/** The buttons work by review.js and stay hidden without it; then the picture fills the column all the same. */
function Picture({ document: { id, docType, docNumber } }: { document: ReviewedDocument }) {
  const { papers } = useTexts().consoleReviews;
  const address = `/admin/documents/${id}/file`;
  return (
    <figure class="picture" data-turns="0">
      <div class="picture-frame" tabindex={0} role="group" aria-label={papers.types[docType]}>
        <img src={address} alt={papers.alt(papers.types[docType], docNumber)} />
      </div>
      <figcaption>
        <button type="button" class="secondary" data-zoom data-larger={papers.zoom} data-smaller={papers.shrink} hidden>
          {papers.zoom}
        </button>
        <button type="button" class="secondary" data-turn hidden>
          {papers.turn}
        </button>
        <a href={address}>{papers.save}</a>
      </figcaption>
    </figure>
  );
}

function PaperFacts({ document, now }: { document: ReviewedDocument; now: Date }) {
  const { language, texts } = useFrame();
  const { papers } = texts.consoleReviews;
  const isExpired = document.docExpire < now.toISOString().slice(0, 10);
  const size = new Intl.NumberFormat(language, { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 0 });
  return (
    <Facts
      facts={[
        [papers.number, <strong>{document.docNumber}</strong>],
        [
          papers.expires,
          <>
            {document.docExpire} {isExpired && <Badge tone="bad">{papers.expired}</Badge>}
          </>,
        ],
        [papers.sent, <Moment at={document.createdAt} />],
        [papers.size, size.format(document.sizeBytes / 1000)],
      ]}
    />
  );
}

/** What nobody could open can only be rejected. */
function PaperDecision({ uid, document: { id, state, scanState } }: { uid: string; document: ReviewedDocument }) {
  const { papers } = useTexts().consoleReviews;
  const action = `/admin/reviews/${uid}/documents/${id}`;
  return (
    <div class="paper-decision">
      {state !== 'approved' && scanState === 'clean' && (
        <Form action={action} submit={papers.approve} tone="quiet">
          <input type="hidden" name="state" value="approved" />
        </Form>
      )}
      {state !== 'rejected' && (
        <Form action={action} submit={papers.reject} tone="danger">
          <input type="hidden" name="state" value="rejected" />
        </Form>
      )}
    </div>
  );
}
