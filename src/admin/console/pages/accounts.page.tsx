import { ACCOUNT_STATES, type AccountFilter, ROLES } from '../../../accounts/account-filter.js';
import type { Account } from '../../../accounts/account.entity.js';
import type { Page } from '../../../common/pagination.js';
import type { Role } from '../../../common/principal.js';
import { Select } from '../../../ui/form.js';
import { useFrame, useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Badge, type Column, Empty, Moment, Pager, Table } from '../../../ui/parts.js';
import { RoleWord, StateBadge } from './account-words.js';
import { ConsoleLayout } from './console-layout.js';

export interface AccountsPageProps {
  role: Role;
  filter: AccountFilter;
  accounts: Page<Account>;
  done?: string | undefined;
}

export function AccountsPage({ role, filter, accounts, done }: AccountsPageProps) {
  const { language, texts } = useFrame();
  const { list } = texts.consoleAccounts;
  const { rows, total, isExact = true, page, perPage } = accounts;
  return (
    <ConsoleLayout page="accounts" role={role} lead={list.lead}>
      {done && <Notice kind="success">{done}</Notice>}
      <Filters filter={filter} />
      <p class="found" role="status">
        {list.total(new Intl.NumberFormat(language).format(total), isExact)}
      </p>
      {rows.length === 0 ? <Empty>{list.empty}</Empty> : <Accounts rows={rows} />}
      <Pager {...{ page, perPage, total }} hrefOf={(number) => addressOf(filter, number)} />
    </ConsoleLayout>
  );
}

function Filters({ filter }: { filter: AccountFilter }) {
  const { list, roles, states, levels } = useTexts().consoleAccounts;
  const any = ['', list.any] as const;
  return (
    <form class="filters" method="get" action="/admin/accounts">
      <label>
        {list.search}
        <input type="search" name="q" value={filter.q ?? ''} maxlength={254} autocomplete="off" spellcheck={false} />
      </label>
      <Select
        name="role"
        label={list.role}
        options={[any, ...ROLES.map((role) => [role, roles[role]] as const)]}
        value={filter.role}
        required={false}
      />
      <Select
        name="state"
        label={list.state}
        options={[any, ...ACCOUNT_STATES.map((state) => [state, states[state]] as const)]}
        value={filter.state}
        required={false}
      />
      <Select
        name="level"
        label={list.level}
        options={[any, ...levels.map((name, level) => [String(level), name] as const)]}
        value={filter.level === undefined ? '' : String(filter.level)}
        required={false}
      />
      <button type="submit">{list.submit}</button>
      {Object.values(filter).some((each) => each !== undefined) && <a href="/admin/accounts">{list.clear}</a>}
    </form>
  );
}

function Accounts({ rows }: { rows: Account[] }) {
  const { list, levels } = useTexts().consoleAccounts;
  const columns: Column<Account>[] = [
    { title: list.email, cell: ({ uid, email }) => <Name uid={uid} email={email} /> },
    { title: list.level, cell: ({ level }) => levels[level] ?? level },
    { title: list.role, cell: ({ role }) => <RoleWord role={role} /> },
    { title: list.state, cell: ({ state }) => <StateBadge state={state} /> },
    {
      title: list.secondFactor,
      cell: ({ otpEnabled }) => (otpEnabled ? <Badge tone="good">{list.on}</Badge> : list.off),
    },
    { title: list.since, cell: ({ createdAt }) => <Moment at={createdAt} dateOnly /> },
  ];
  return <Table caption={list.caption} columns={columns} rows={rows} keyOf={({ uid }) => uid} />;
}

function Name({ uid, email }: Pick<Account, 'uid' | 'email'>) {
  return (
    <div class="name">
      <a href={`/admin/accounts/${uid}`}>{email}</a>
      <small>{uid}</small>
    </div>
  );
}

function addressOf(filter: AccountFilter, page: number): string {
  const given = Object.entries({ ...filter, page }).filter(([, value]) => value !== undefined);
  return `/admin/accounts?${new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()}`;
}
