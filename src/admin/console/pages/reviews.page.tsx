import type { Page } from '../../../common/pagination.js';
import type { Principal } from '../../../common/principal.js';
import { Form } from '../../../ui/form.js';
import { useFrame, useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { type Column, Empty, Moment, Pager, Table } from '../../../ui/parts.js';
import type { WaitingProfile } from '../review-files.service.js';
import { ConsoleLayout } from './console-layout.js';

type Viewer = Principal['account'];

export interface ReviewsPageProps {
  viewer: Viewer;
  waiting: Page<WaitingProfile>;
  done?: string | undefined;
  problem?: string;
}

/** The queue: who waits, and whose papers somebody is looking at already. */
export function ReviewsPage({ viewer, waiting, done, problem }: ReviewsPageProps) {
  const { language, texts } = useFrame();
  const { queue } = texts.consoleReviews;
  const { rows, total, page, perPage } = waiting;
  return (
    <ConsoleLayout page="reviews" role={viewer.role} lead={queue.lead}>
      {done && <Notice kind="success">{done}</Notice>}
      {problem && <Notice kind="problem">{problem}</Notice>}
      {rows.length === 0 ? (
        <Empty>{queue.empty}</Empty>
      ) : (
        <>
          <div class="queue-head">
            <p class="found">{queue.total(new Intl.NumberFormat(language).format(total))}</p>
            <Form action="/admin/reviews/next" submit={queue.next} />
          </div>
          <Queue rows={rows} viewer={viewer} />
          <Pager {...{ page, perPage, total }} hrefOf={(number) => `/admin/reviews?page=${number}`} />
          <p class="fresh">{queue.recorded}</p>
        </>
      )}
    </ConsoleLayout>
  );
}

function Queue({ rows, viewer }: { rows: WaitingProfile[]; viewer: Viewer }) {
  const { queue } = useTexts().consoleReviews;
  const columns: Column<WaitingProfile>[] = [
    { title: queue.name, cell: (row) => <a href={`/admin/reviews/${row.uid}`}>{nameOf(row)}</a> },
    { title: queue.country, cell: ({ country_code: code, country }) => <Country code={code} typed={country} /> },
    { title: queue.documents, cell: ({ documents }) => documents, isNumber: true },
    { title: queue.since, cell: ({ submitted_at: since }) => <Moment at={since} /> },
    { title: queue.takenBy, cell: ({ claim }) => <Taker claim={claim} viewer={viewer} /> },
    { title: queue.action, cell: (row) => <Opener row={row} viewer={viewer} /> },
  ];
  return <Table caption={queue.caption} columns={columns} rows={rows} keyOf={({ uid }) => uid} />;
}

const nameOf = ({ first_name: first, last_name: last }: WaitingProfile): string => `${first} ${last}`;

/** A country by its name in the reader's language, where it was recognised; what was typed otherwise. */
export function Country({ code, typed }: { code: string | null; typed: string }) {
  const { language } = useFrame();
  return <>{code === null ? typed : (new Intl.DisplayNames(language, { type: 'region' }).of(code) ?? code)}</>;
}

function Taker({ claim, viewer }: { claim: WaitingProfile['claim']; viewer: Viewer }) {
  const { queue } = useTexts().consoleReviews;
  if (!claim) return <>{queue.nobody}</>;
  return (
    <div class="name">
      {claim.reviewer_uid === viewer.uid ? queue.you : claim.reviewer_email}{' '}
      <small>
        <Moment at={claim.taken_at} />
      </small>
    </div>
  );
}

function Opener({ row: { uid, claim }, viewer }: { row: WaitingProfile; viewer: Viewer }) {
  const { queue } = useTexts().consoleReviews;
  if (uid === viewer.uid) return <>{queue.own}</>;
  if (claim) return <a href={`/admin/reviews/${uid}`}>{claim.reviewer_uid === viewer.uid ? queue.goOn : queue.look}</a>;
  return <Form action={`/admin/reviews/${uid}/take`} submit={queue.take} tone="quiet" />;
}
