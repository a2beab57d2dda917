import type { ComponentChildren } from 'preact';
import type { Role } from '../../../common/principal.js';
import { Chart, type Series, Shares } from '../../../ui/chart.js';
import { useFrame, useTexts } from '../../../ui/frame.js';
import { Moment, Section } from '../../../ui/parts.js';
import type { DayFigures, WaitingReviews } from '../dashboard-figures.service.js';
import { ConsoleLayout } from './console-layout.js';

export interface DashboardPageProps {
  role: Role;
  days: DayFigures[];
  waiting: WaitingReviews;
  /** Accounts by level, from 0. */
  levels: number[];
  /** What could not be sent; undefined for who does not see it. */
  failed: number | undefined;
  /** Lengths that can be chosen. */
  ranges: readonly number[];
  now: Date;
}

export function DashboardPage({ role, days, waiting, levels, failed, ranges, now }: DashboardPageProps) {
  const { dashboard } = useTexts().consoleAccounts;
  return (
    <ConsoleLayout page="dashboard" role={role} lead={dashboard.lead}>
      <div class="stats">
        <WaitingStat waiting={waiting} now={now} />
        {failed !== undefined && (
          <Stat href="/admin/messages" name={dashboard.failed} value={failed} tone={failed > 0 ? 'bad' : 'good'}>
            {failed > 0 ? dashboard.failedHint : dashboard.noneFailed}
          </Stat>
        )}
        <Stat href="/admin/accounts" name={dashboard.accounts} value={levels.reduce((sum, each) => sum + each, 0)}>
          {dashboard.accountsHint}
        </Stat>
      </div>
      <RangeChoice ranges={ranges} current={days.length} />
      <Charts days={days} isAdmin={role === 'admin'} />
      <Section title={dashboard.byLevel}>
        <Levels levels={levels} />
      </Section>
      <p class="fresh">{dashboard.fresh}</p>
    </ConsoleLayout>
  );
}

function WaitingStat({ waiting: { count, oldest }, now }: { waiting: WaitingReviews; now: Date }) {
  const { dashboard } = useTexts().consoleAccounts;
  return (
    <Stat href="/admin/reviews" name={dashboard.waiting} value={count} tone={count > 0 ? 'waiting' : 'good'}>
      {oldest === null ? (
        dashboard.nothingWaits
      ) : (
        <>
          {dashboard.oldestWaits(dashboard.duration(now.getTime() - oldest.getTime()))} (<Moment at={oldest} />)
        </>
      )}
    </Stat>
  );
}

interface StatProps {
  href: string;
  name: string;
  value: number;
  tone?: 'good' | 'bad' | 'waiting';
  children: ComponentChildren;
}

function Stat({ href, name, value, tone, children }: StatProps) {
  const { language } = useFrame();
  return (
    <section class={`card stat ${tone ?? ''}`}>
      <h2>
        <a href={href}>{name}</a>
      </h2>
      <p class="stat-value">{new Intl.NumberFormat(language).format(value)}</p>
      <p class="lead">{children}</p>
    </section>
  );
}

function RangeChoice({ ranges, current }: { ranges: readonly number[]; current: number }) {
  const { dashboard } = useTexts().consoleAccounts;
  return (
    <nav class="choice" aria-label={dashboard.range}>
      {ranges.map((days) => (
        <a key={days} href={`/admin?days=${days}`} {...(days === current && { 'aria-current': 'true' as const })}>
          {dashboard.lastDays(days)}
        </a>
      ))}
    </nav>
  );
}

/** Who signs in, and who tries to, is in the audit log, which is for admins. */
function Charts({ days, isAdmin }: { days: DayFigures[]; isAdmin: boolean }) {
  const { charts } = useTexts().consoleAccounts.dashboard;
  const bars = (name: string, values: number[]): Series => ({ name, kind: 'bars', values });
  return (
    <div class="charts">
      <DayChart id="sign-ups" days={days} title={charts.signUps} series={[bars(charts.signUps, signUpsOf(days))]} />
      {isAdmin && (
        <DayChart
          id="sign-ins"
          days={days}
          title={charts.signIns}
          series={[
            bars(
              charts.signIns,
              days.map((day) => day.signIns),
            ),
          ]}
        />
      )}
      {isAdmin && (
        <DayChart
          id="failures"
          days={days}
          title={charts.failures}
          series={[
            bars(
              charts.failures,
              days.map((day) => day.failures),
            ),
          ]}
        />
      )}
      <DayChart
        id="reviews"
        days={days}
        title={charts.reviews}
        series={[
          bars(
            charts.submitted,
            days.map((day) => day.submitted),
          ),
          { name: charts.reviewed, kind: 'line', values: days.map((day) => day.reviewed) },
        ]}
      />
    </div>
  );
}

const signUpsOf = (days: DayFigures[]): number[] => days.map((day) => day.signUps);

function DayChart({ id, days, title, series }: { id: string; days: DayFigures[]; title: string; series: Series[] }) {
  const { language, texts } = useFrame();
  const { dashboard } = texts.consoleAccounts;
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    ...{ day: 'numeric', month: 'short', timeZone: 'UTC' },
  });
  const places = days.map(({ day }) => format.format(new Date(day)));
  const total = (series[0]?.values ?? []).reduce((sum, each) => sum + each, 0);
  return (
    <section class="card">
      <h2>{title}</h2>
      <p class="lead">{dashboard.total(new Intl.NumberFormat(language).format(total), days.length)}</p>
      <Chart
        {...{ id, title, places, series }}
        description={dashboard.describe(title, places[0] ?? '', places.at(-1) ?? '')}
        axis={dashboard.day}
        tableSummary={dashboard.asTable}
      />
    </section>
  );
}

function Levels({ levels }: { levels: number[] }) {
  const { levels: names } = useTexts().consoleAccounts;
  const shares = levels.map((value, level) => ({
    name: names[level] ?? String(level),
    value,
    href: `/admin/accounts?level=${level}`,
  }));
  return <Shares shares={shares} />;
}
