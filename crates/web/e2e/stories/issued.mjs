// Tokens that the bank issues by mail: applied for after the sign-in, set up in the app, started by
// a first code, and asked for at every sign-in from then on.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { PC, PHONE, Person } from "../support/person.mjs";
import { fresh, next } from "./token_app.mjs";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const MINAMI = "10000000029";
const START_PASSWORD = "271828";
const JAPAN_MS = 9 * 3_600_000;
/** As the credit unions do it (domain.md §6, column Y). */
const issuingFrom = (day) => `
[[policies]]
from = "${day}"

[policies.migration]
start = "2017-05-08"
mandatory_date = "2027-04-01"

[policies.otp]
provisioning = "bank_issue"
enrol_place = "post_login"
login_mode = "forced"
`;

export function issuedStories(world) {
  // C-10, Y-09
  test("a customer applies for a token, and the mail brings what the app asks for", async () => {
    await apply(world.demo);
    const minami = await Person.at(world, MINAMI, PC);
    await minami.signIn();
    await untilOffered(minami);
    await minami.press("トークン発行");
    await minami.page.fill("#mail", `${MINAMI}@mail.example`);
    await minami.page.fill("#start_password", "111111");
    await minami.page.fill("#start_password_again", "111111");
    await minami.press("実行");
    await minami.reads("推測されやすい");
    await minami.page.fill("#start_password", START_PASSWORD);
    await minami.page.fill("#start_password_again", START_PASSWORD);
    await minami.press("実行");
    await minami.choosePictures(await world.post.imageCard(MINAMI));
    await minami.press("実行");
    await minami.reads("ご案内のメールをお送りしました");
    await world.post.mailed(MINAMI, "トークンを発行しました");
    await minami.leave();
  });

  // Y-10, Y-11, Y-12
  test("the app is set up with it, and its first code starts the token", async () => {
    const [, serviceId, userId] = (await world.post.mail(MINAMI, "トークンを発行しました")).match(
      /サービスID[^0-9]*(\d{8})[^0-9][\s\S]*?ユーザID[^0-9]*(\d{10})/,
    );
    const phone = await Person.at(world, MINAMI, PHONE);
    await phone.page.goto(`${world.demo.sekisho}/i/kaku/app/#issued`);
    await phone.page.getByRole("heading", { name: "初期設定", exact: true }).waitFor();
    await phone.page.fill("#service-id", serviceId);
    await phone.page.fill("#user-id", userId);
    await phone.page.fill("#start-password", "314159");
    await phone.page.getByRole("button", { name: "送信" }).click();
    await phone.page.getByText(/あと4回/).waitFor();
    await phone.page.fill("#start-password", START_PASSWORD);
    await phone.page.getByRole("button", { name: "送信" }).click();
    await phone.page.locator(".digits").waitFor();
    await phone.look();

    const minami = await Person.at(world, MINAMI, PC);
    await minami.signIn();
    await minami.open("otp");
    await minami.press("利用開始");
    await minami.page.fill("#otp", await fresh(phone));
    await minami.press("実行");
    await minami.reads("ワンタイムパスワードの利用をはじめました");
    await minami.open("overview");
    await minami.press("ログアウト");

    await minami.signIn();
    await minami.sees("ワンタイムパスワード認証");
    await minami.page.fill("#otp", await next(world, phone));
    await minami.press("ログイン");
    await minami.later();
    await minami.sees("メニュー");
    await minami.leave();
    await phone.leave();
  });
}

async function apply(demo) {
  const known = await readFile(join(ROOT, "crates/demo/institutions/kaku.toml"), "utf8");
  const file = join(demo.folder, "kaku.toml");
  const today = new Date(Date.now() + JAPAN_MS).toISOString().slice(0, 10);
  await writeFile(file, known + issuingFrom(today));
  const command = join(ROOT, "target/debug/sekisho");
  const config = ["--config", join(demo.folder, "sekisho.toml")];
  await promisify(execFile)(command, [...config, "institution", "apply", file]);
}

/** The server takes a changed policy over within a moment. */
async function untilOffered(person) {
  for (let tries = 0; tries < 20; tries += 1) {
    await person.open("otp");
    if (await person.page.getByRole("button", { name: "トークン発行" }).count()) return;
    await pause(500);
  }
  assert.fail("the policy of the file is not in force");
}
