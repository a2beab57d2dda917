import type { Page } from '../../../common/pagination.js';
import { useTexts } from '../../../ui/frame.js';
import { Empty, Moment, Pager, Table } from '../../../ui/parts.js';
import type { Happening } from '../activity.service.js';
import { AccountLayout } from './account-layout.js';
import { Address, deviceName } from './device.js';

export function ActivityPage({ page: { rows, page, perPage, total } }: { page: Page<Happening> }) {
  const { activity: texts } = useTexts().belongings;
  return (
    <AccountLayout page="activity" lead={texts.lead}>
      {rows.length === 0 && <Empty>{texts.empty}</Empty>}
      {rows.length > 0 && (
        <Table
          caption={texts.caption}
          rows={rows.map((happening, index) => ({ ...happening, key: String(index) }))}
          keyOf={({ key }) => key}
          columns={[
            { title: texts.when, cell: ({ at }) => <Moment at={at} /> },
            { title: texts.what, cell: ({ action }) => <What action={action} /> },
            { title: texts.who, cell: ({ by }) => texts.by[by] },
            { title: texts.from, cell: (happening) => <Whence happening={happening} /> },
          ]}
        />
      )}
      <Pager page={page} perPage={perPage} total={total} hrefOf={(other) => `/account/activity?page=${other}`} />
    </AccountLayout>
  );
}

/** In words; what has none yet gets a general sentence, never the code of the log. */
function What({ action }: { action: string }) {
  const { actions, general } = useTexts().belongings.activity;
  return <strong>{Object.hasOwn(actions, action) ? actions[action] : general}</strong>;
}

function Whence({ happening: { by, ip, userAgent } }: { happening: Happening }) {
  const { belongings } = useTexts();
  const { activity: texts } = belongings;
  if (by === 'staff' || by === 'service') return <>{texts.notTold}</>;
  return (
    <div class="device">
      <span>
        <Address ip={ip} />
      </span>
      <small>{deviceName(userAgent ?? '', belongings)}</small>
    </div>
  );
}
