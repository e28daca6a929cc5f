# 画面のまわりと、どの画面でも使うことば。

skip = 本文へ進む
sandbox = 試験環境です。実際のご預金やお取引には影響しません。
customer-name = { $name } 様
sign-out = ログアウト
text-size = 文字サイズ
text-standard = 標準
text-large = 拡大
language = 言語（Language）
help-index = ヘルプ一覧
guide = このページのご利用ガイド
more = 補足
contact = { $institution } { $desk }　<b>{ $phone }</b>（{ $hours }）
phone-only = { $phone }
plain-product = お取引の認証サービス

error-mark = エラー：
required = 必須
half-width = （半角数字）
steps = 手続きの流れ
step-past = （済み）
reference = 受付番号
address = 住所
yen = 円
back = 前の画面へもどる
back-to-overview = 認証手段の一覧へもどる
back-to-sign-in = ログイン画面へもどる
onward = 次へ進む
pages = 前後のページ
pages-newer = 新しいほうへ
pages-older = 古いほうへ
form-stale = 画面を開いてから時間がたったため、受け付けていません。お手数ですが、もう一度ご入力ください。
not-me = お心当たりがないとき
not-me-call = だれかが操作しているおそれがあります。すぐに { $loss_phone } へお電話ください。

expected = お届けの予定
expected-days = { $from }から{ $until }ごろ

card-image = 画像認証カード
card-customer = お客様カード
token-app = ワンタイムパスワード（アプリ）
token-device = ワンタイムパスワード（専用機器）
card-image-plate = 【画像認証カード】
card-customer-plate = 【お客様カード】
card-number = カード番号 { $number }
card-number-label = カード番号

display-title = 表示の設定
display-lead = 文字の大きさとことばを選んで、「設定を保存」を押してください。どの画面にも同じ設定が使われます。
display-cookie = 設定はこのブラウザーに1年間保存されます。お客さまのお名前や番号は保存しません。
display-keep = 設定を保存
display-saved = 設定を保存しました
