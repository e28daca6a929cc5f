# お知らせのメール。1行は全角20文字まで。行の切れ目は、ここに書いたとおりになります。

mail-subject = 【{ $institution }】{ $title }
mail-subject-code = 【{ $institution }】{ $title }（照合番号 { $code }）
mail-to = { $name } 様

mail-row-card = カード
mail-row-card-number = カード番号
mail-row-left = 残りの回数
mail-row-device = 端末
mail-row-at = 日時
mail-row-transfer = 振込金額
mail-row-payee = 振込先
mail-row-transfer-day = 振込日
mail-row-own = 振替金額
mail-row-own-to = 入金口座
mail-row-own-day = 振替日
mail-row-change = お手続き
mail-row-method = 承認の方法
mail-row-approved-at = 承認の時刻
mail-row-code = 照合番号
mail-left = あと{ $count }回

mail-bank-code = 金融機関コード{ $code }
mail-branch-code = 店番{ $code }
mail-kind-ordinary = 普通
mail-kind-current = 当座
mail-kind-savings = 貯蓄
mail-kind-other = その他
mail-account = { $kind } 末尾{ $last }

mail-method-image-card = 画像認証カード
mail-method-customer-card = お客様カード
mail-method-none = カードの認証なし

mail-change-otp-start = トークンの利用開始
mail-change-otp-exchange = トークンの交換
mail-change-otp-stop = トークンの利用中止
mail-change-otp-issue = トークンの発行
mail-change-card-switch = カードの切替え
mail-change-mail-password-start = メール通知パスワードの利用開始
mail-change-mail-password-stop = メール通知パスワードの利用中止
mail-change-sign-in = ログイン方法の変更

mail-unknown = 身に覚えがないとき
    .text =
        すぐにお電話ください。
        お取引を止めます。
        { $loss_phone }（24時間）
        番号は、お手元のキャッシュカード
        の裏面でもお確かめになれます。
mail-question = おわかりにならないとき
    .text =
        お電話ください。
        { $phone }
        { $hours }
mail-stop = ご自分で止めるには
    .text =
        ログインせずに利用停止をする
        ときは、次のコードが使えます。
        停止コード { $stop_code }
mail-about = このメールについて
    .text =
        お知らせ番号 { $notice }
        リンクや添付ファイルはありません。
        パスワードやカードの絵を
        お聞きすることもありません。
        同じ番号のお知らせは、ログイン後の
        「お知らせ」でも読めます。
mail-from =
    { $institution }
    { $desk }

mail-card-ordered = カードのお申込みを承りました
    .text =
        お申込みのカードを作成します。
        お届けのご住所へ、簡易書留で
        お送りします。

        届くまで、いまのカードを
        これまでどおりお使いください。
mail-order-rejected = カードをお作りできませんでした
    .text =
        お申込みのカードを
        お作りできませんでした。
        手数料はいただいていません。

        お手数ですが、お取引店へ
        ご連絡ください。
mail-card-dispatched = カードを発送しました
    .text =
        カードを簡易書留で発送しました。

        届きましたら、ログイン後の
        メニューで切替えのお手続きを
        お願いします。
        届いただけでは切り替わりません。
mail-card-returned = カードが戻ってきました
    .text =
        お送りしたカードがお届けできず、
        戻ってきました。そのカードは
        使えないようにしました。

        お手数ですが、お取引店へ
        ご住所をお知らせください。
        確かめたうえで、お作りしなおします。
mail-card-lost = カードをお作りしなおします
    .text =
        お送りしたカードのお届けが
        確かめられていません。
        そのカードは使えないようにし、
        新しいカードをお作りします。

        前のカードがあとから届いたときは、
        はさみで切って捨ててください。
mail-switch-reminder = カードの切替えをお願いします
    .text =
        新しいカードの切替えが
        まだお済みでないようです。

        カードがお手元にあるときは、
        ログイン後のメニューで
        切替えのお手続きをお願いします。
        届いていないときは、お電話ください。
mail-card-switched = カードを切り替えました
    .text =
        これからのお取引には、
        新しいカードをお使いください。

        前のカードは使えなくなりました。
        はさみで切って捨ててください。
mail-card-revoked = カードを使えないようにしました
    .text =
        次のカードを使えないように
        しました。このカードでは、
        もうお取引はできません。
mail-card-locked = カードをロックしました
    .text =
        お答えが続けて一致しなかったため、
        カードでの認証を止めました。
        このお取引は行われていません。

        ロックの解除は、お電話か
        お取引店の窓口で承ります。
mail-card-unlocked = カードのロックを解除しました
    .text =
        カードを、またお使いいただけます。
mail-card-nearly-used-up = 新しいカードをお送りします
    .text =
        いまのカードをお使いになれる回数が
        少なくなりました。
        新しいカードをお作りし、
        簡易書留でお送りします。

        届くまで、いまのカードを
        お使いください。
mail-challenge-abandoned = 認証が途中で終わっています
    .text =
        カードの場所をお聞きしましたが、
        お答えがありませんでした。
        このお取引は行われていません。

        ご自分で中断されたときは、
        何もなさらなくて大丈夫です。
mail-new-device = 新しい端末でログインがありました
    .text =
        これまでと違う端末から
        ログインがありました。
mail-signed-in-after-failures = ログインのお知らせ
    .text =
        パスワードの誤りが{ $failures }回あった
        あとで、ログインがありました。
mail-password-changed = パスワードが変わりました
    .text =
        ログインパスワードが変わりました。
        次回から新しいパスワードで
        ログインしてください。
mail-operation-approved = お取引を承認しました
    .text =
        次のお取引を承認しました。
mail-contract-suspended = 利用停止を承りました
    .text =
        インターネットバンキングを
        止めました。承認前のお取引は
        取り消しました。

        再開は、お取引店の窓口で承ります。
        本人確認書類をお持ちください。
mail-contract-resumed = ご利用を再開しました
    .text =
        インターネットバンキングを
        またお使いいただけます。
mail-mail-changed = メールアドレスが変わりました
    .text =
        お知らせをお送りする
        メールアドレスが変わりました。

        このメールは、変更の前と後の
        両方のアドレスへお送りしています。
