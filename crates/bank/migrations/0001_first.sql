-- Customers, and who they are at sekisho once they have signed in.
create table customers (
  id               integer primary key,
  login_id         text not null unique,
  contract         text unique,                 -- ctr_…, kept from the first sign-in on
  name             text not null,
  name_kana        text not null,
  daily_limit_yen  integer not null check (daily_limit_yen >= 0)
) strict;

-- Accounts of customers, and the bank's own (customer is null).
-- A customer's account never goes below zero.
create table accounts (
  id           integer primary key,
  customer     integer references customers (id),
  branch       text not null,
  kind         text not null,
  number       text not null,
  title        text not null,
  balance_yen  integer not null default 0,
  unique (branch, kind, number),
  check (customer is null or balance_yen >= 0)
) strict;
create index accounts_of_customer on accounts (customer);

-- The journal. A booking belongs to one draft and one approval, and is written once.
create table entries (
  id         integer primary key,
  booked_at  integer not null,                  -- milliseconds since 1970
  day        text not null,
  booking    text not null unique,              -- the bank's own number
  approval   text unique                        -- apr_…, for what a customer approved
) strict;

create table entry_lines (
  entry          integer not null references entries (id),
  line           integer not null,
  account        integer not null references accounts (id),
  amount_yen     integer not null check (amount_yen <> 0),   -- positive: the account grows
  balance_yen    integer not null,                           -- of the account, after this line
  text           text not null,                              -- as the statement shows it
  primary key (entry, line)
) strict;
create index lines_of_account on entry_lines (account, entry, line);

create table payees (
  id           integer primary key,
  customer     integer not null references customers (id),
  bank         text not null,
  branch       text not null,
  kind         text not null,
  number       text not null,
  name         text not null,
  unique (customer, bank, branch, kind, number)
) strict;

-- What a customer wants done, from the confirmed form to the booking or another end.
create table drafts (
  number        text primary key,               -- IB-YYYYMMDD-NNNNNN: reference and booking
  customer      integer not null references customers (id),
  contract      text not null,
  session       text not null,                  -- ses_… of the sign-in
  form_key      text not null unique,           -- one confirmation page makes one draft
  account       integer not null references accounts (id),
  day           text not null,
  total_yen     integer not null check (total_yen > 0),
  operation     text not null,                  -- JSON, as it is sent, digested and booked
  state         text not null check (state in
    ('draft', 'asked', 'approved', 'booked', 'refused', 'expired', 'cancelled', 'failed')),
  reason        text,
  message       text,                           -- sekisho's sentence, when it refused
  created_at    integer not null,
  changed_at    integer not null,
  ask_key       text not null,                  -- idempotency keys: a crash keeps them
  consume_key   text not null,
  cancel_key    text not null,
  return_state  text not null unique,
  approval      text unique,
  institution   text,
  nonce         text,
  page_url      text,
  page_until    integer,
  consumption   text,
  receipt       text,
  check (state in ('draft', 'failed', 'cancelled') or approval is not null)
) strict;
create index drafts_of_customer on drafts (customer, number);
create index drafts_of_account on drafts (account, state);
create index drafts_in_state on drafts (state);

create table draft_numbers (day text primary key, last integer not null) strict;

-- Sign-ins under way, bound to one browser; and sessions of signed-in customers.
-- Cookies are kept as hashes.
create table sign_ins (
  state       text primary key,
  browser     text not null,
  nonce       text not null,
  verifier    text not null,
  started_at  integer not null
) strict;

create table sessions (
  cookie           text primary key,
  customer         integer not null references customers (id),
  contract         text not null,
  sid              text not null,
  id_token         text not null,
  seal             text not null,
  started_at       integer not null,
  seen_at          integer not null,
  last_sign_in_at  text,
  failures_since   integer not null default 0,
  due              text not null default '[]'
) strict;
