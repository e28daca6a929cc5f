# お取引の内容、お届けの日数、停止コードなど、画面に書き込むことば。

operation-transfer = 振込
operation-own-transfer = 振替
operation-credential-change = 認証手段の変更
payee-filed = 事前届出の振込先
payee-saved = 利用者登録の振込先
payee-new = 登録のない振込先
slip-from = 出金口座
slip-fee = 手数料
slip-sender = 振込依頼人名
fee-remitter = { $fee }（当方負担）
fee-payee = { $fee }（先方負担）
lead-weeks = { $from }〜{ $until }週間
lead-days = { $from }〜{ $until }日
place-unknown = わからない端末
stop-factor-code = 停止コード（お知らせのメールに記載）
notice-number = お知らせ番号：{ $number }
verify-number = メールのお知らせ番号
verify-number-hint = メールのおわりにある、8桁の文字と数字です。
verify-check = 本物かを確かめる
verify-unknown = この番号のお知らせはお送りしていません。番号をもう一度お確かめください。番号が同じときは、にせもののメールです。リンクを開かずに { $loss_phone } へお電話ください。
