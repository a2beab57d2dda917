import type { AuditEntry } from '../../../audit/audit-entry.entity.js';
import type { Page } from '../../../common/pagination.js';
import { Field, Form } from '../../../ui/form.js';
import { useFrame, useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Empty, Pager, Section } from '../../../ui/parts.js';
import { auditHref, FILTER_FIELDS, type TypedFilter } from '../audit-filter.js';
import { AuditEntries } from './audit-entries.js';
import { ConsoleLayout } from './console-layout.js';

export interface AuditPageProps {
  typed: TypedFilter;
  /** Fields of the filter that are no day. */
  wrong: readonly string[];
  list: Page<AuditEntry>;
  mostExported: number;
  isVerifiable: boolean;
  problem?: string;
}

export function AuditPage({ typed, wrong, list, mostExported, isVerifiable, problem }: AuditPageProps) {
  const { audit } = useTexts().consoleSettings;
  const count = useCount();
  return (
    <ConsoleLayout page="audit" role="admin" lead={audit.lead}>
      {problem && <Notice kind="problem">{problem}</Notice>}
      <Filter typed={typed} wrong={wrong} />
      <p class="lead">{audit.total(count(list.total), list.isExact ?? true)}</p>
      {list.rows.length === 0 ? <Empty>{audit.empty}</Empty> : <AuditEntries rows={list.rows} />}
      <Pager {...list} hrefOf={(page) => auditHref(typed, page)} />
      <div class="cards">
        <Section title={audit.export.title} lead={audit.export.lead}>
          {list.total > mostExported && <p>{audit.export.bound(count(mostExported))}</p>}
          <Form action="/admin/audit/export" submit={audit.export.submit} tone="quiet">
            {FILTER_FIELDS.map((field) => (
              <input key={field} type="hidden" name={field} value={typed[field] ?? ''} />
            ))}
          </Form>
        </Section>
        <Section title={audit.verify.title} lead={audit.verify.lead}>
          {isVerifiable ? (
            <Form action="/admin/audit/verify" submit={audit.verify.submit} tone="quiet" />
          ) : (
            <p>{audit.verify.tooLong(<code>npm run cli -- audit verify</code>)}</p>
          )}
        </Section>
      </div>
    </ConsoleLayout>
  );
}

function Filter({ typed, wrong }: Pick<AuditPageProps, 'typed' | 'wrong'>) {
  const { audit } = useTexts().consoleSettings;
  const field = { autocomplete: 'off', required: false } as const;
  const dayOf = (name: 'from' | 'to') => ({
    ...{ name, label: audit[name], value: typed[name] },
    problem: wrong.includes(name) ? audit.wrongDay : undefined,
    // A browser empties a date field whose value is no day; then what was typed would be gone.
    type: wrong.includes(name) ? ('text' as const) : ('date' as const),
  });
  return (
    <form method="get" action="/admin/audit" class="filters">
      <Field {...field} name="actor" label={audit.actor} type="text" value={typed.actor} />
      <Field {...field} name="target" label={audit.target} type="text" value={typed.target} />
      <Field {...field} name="action" label={audit.action} type="text" value={typed.action} />
      <Field {...field} {...dayOf('from')} />
      <Field {...field} {...dayOf('to')} />
      <button type="submit" class="secondary">
        {audit.filter}
      </button>
      <a href="/admin/audit">{audit.clear}</a>
    </form>
  );
}

/** Numbers as the reader's language writes them. */
export function useCount(): (count: number) => string {
  const { language } = useFrame();
  const format = new Intl.NumberFormat(language === 'en' ? 'en-GB' : language);
  return (count) => format.format(count);
}
