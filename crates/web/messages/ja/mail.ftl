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
mail-row-method = 認証の方法
mail-row-approved-at = 認証の日時
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
        インターネットバンキングを止めます。
        { $loss_phone }（24時間）
        番号は、お手元の画像認証カードや
        お客様カードの裏面でも
        お確かめになれます。
mail-question = ご質問・身に覚えがないとき
    .text =
        お電話ください。
        { $phone }
        { $hours }

        夜間や休日にお急ぎのとき
        { $loss_phone }（24時間）
mail-stop = ご自分で止めるには
    .text =
        ログイン画面の「利用停止」で、
        契約者IDと次の停止コードを
        入力してください。ログインせずに
        止められます。再開は窓口で承ります。
        停止コード { $stop_code }
mail-about = このメールについて
    .text =
        お知らせ番号 { $notice }
        いつもの画面からログインし、
        「お知らせ」でこの番号を入力すると、
        本物のメールかを確かめられます。

        リンクや添付ファイルはありません。
        パスワードやカードの絵・数字を
        お聞きすることもありません。
mail-from =
    { $institution }
    { $desk }

mail-card-ordered = 新しいカードをお作りします
    .text =
        お申込みや紛失のお届け、
        交換の時期などにより、
        新しいカードをお作りします。
        お届けのご住所へ、簡易書留で
        お送りします。

        いまお使いになれるカードは、
        新しいカードに替わるまで
        そのままお使いください。
mail-order-rejected = カードをお送りできません
    .text =
        ご用意していたカードは、
        お送りしないことになりました。

        くわしくは、お手数ですが
        お取引店へお問い合わせください。
mail-card-dispatched = カードを発送しました
    .text =
        カードを簡易書留で発送しました。

        画像認証カードは、届きましたら
        ログイン後のメニュー
        「画像認証カード切替え」で
        切替えのお手続きをお願いします。
        届いただけでは切り替わりません。

        1週間を過ぎても届かないときは、
        お電話ください。
mail-card-returned = カードがもどってきました
    .text =
        お送りしたカードがお届けできず、
        もどってきました。そのカードは
        使えないようにしました。

        お手数ですが、お取引店へ
        ご住所をお知らせください。
        確かめたうえで、あらためて
        お作りします。
mail-card-lost = カードのお届けを確認できません
    .text =
        お送りしたカードのお届けが
        確かめられないため、そのカードを
        使えないようにしました。
        新しいカードをお作りするときは、
        別のメールでお知らせします。

        前のカードがあとから届いたときは、
        はさみで切って捨ててください。
mail-switch-reminder = カードの切替えをお願いします
    .text =
        画像認証カードへの切替えが、
        まだお済みでないようです。
        期限を過ぎると、お送りしたカードは
        使えなくなります。

        カードがお手元にあるときは、
        ログイン後のメニュー
        「画像認証カード切替え」で
        お手続きをお願いします。
        届いていないときは、お電話ください。
mail-card-switched = カードを切り替えました
    .text =
        次のお取引から、
        新しいカードをお使いください。

        前のカードは使えなくなりました。
        お客様カードのときは、契約者IDを
        書き留めてから、はさみで切って
        捨ててください。
mail-card-revoked = カードを使えないようにしました
    .text =
        次のカードを使えないように
        しました。このカードでは、
        もうお取引はできません。
        お手元にあるときは、はさみで
        切って捨ててください。

        新しいカードをお作りするときは、
        別のメールでお知らせします。
mail-card-locked = カードをロックしました
    .text =
        お答えが続けて一致しなかったため、
        カードでの認証を止めました。
        お取引は行われていません。

        ロックの解除は、お電話か
        お取引店の窓口で承ります。
mail-card-unlocked = カードのロックを解除しました
    .text =
        カードを、またお使いいただけます。
        途中だったお取引は、
        はじめからやり直してください。
mail-card-nearly-used-up = カードの残りが少なくなりました
    .text =
        いまのカードをお使いになれる回数が
        少なくなりました。
        新しいカードをお作りするときは、
        別のメールでお知らせします。

        新しいカードに切り替えるまで、
        いまのカードをお使いください。
mail-challenge-abandoned = 認証が途中で終わっています
    .text =
        カードの場所をお聞きしましたが、
        一致するお答えのないまま
        認証が終わりました。
        お取引は行われていません。

        ご自分で中断されたときは、
        何もなさらなくて大丈夫です。
mail-new-device = 新しい端末でログインがありました
    .text =
        これまでと違う端末から
        ログインがありました。

        ご自分でログインされたときは、
        何もなさらなくて大丈夫です。
mail-signed-in-after-failures = パスワード不一致のあとのログイン
    .text =
        パスワードの一致しないログインが
        { $failures }回あったあとで、
        ログインがありました。

        ご自分でログインされたときは、
        何もなさらなくて大丈夫です。
mail-password-changed = パスワードが変わりました
    .text =
        ログインパスワードが変わりました。
        次回から新しいパスワードで
        ログインしてください。
mail-operation-approved = お取引を認証しました
    .text =
        次のお取引を認証しました。
        受付の結果は、お取引の画面で
        お確かめください。
mail-contract-suspended = 利用停止にしました
    .text =
        インターネットバンキングを
        止めました。認証の終わっていない
        お取引は取り消しました。

        再開は、お取引店の窓口で承ります。
        本人確認書類をお持ちください。
mail-contract-resumed = ご利用を再開しました
    .text =
        インターネットバンキングの
        利用停止を解除しました。

        初期パスワードをお送りするときは、
        郵便で届いてからログインできます。
mail-mail-changed = メールアドレスが変わりました
    .text =
        お知らせをお送りする
        メールアドレスが変わりました。

        このメールは、変更の前と後の
        両方のアドレスへお送りしています。

mail-method-otp-app = ワンタイムパスワード（アプリ）
mail-method-otp-device = ワンタイムパスワード（専用機器）
mail-row-token = 認証手段
mail-row-serial = シリアル番号
mail-row-next-serial = 新しいシリアル番号
mail-row-service-id = サービスID
mail-row-user-id = ユーザID

mail-otp-started = ワンタイムパスワードの利用を開始しました
    .text =
        次回より、振込などのお取引には、
        トークンに表示される番号が必要です。

        カードは、トークンの手続きに
        必要です。大切に保管してください。

mail-otp-exchanged = トークンを交換しました
    .text =
        これからは、新しいトークンの番号を
        お使いください。

        いままでのトークンの番号は、
        もう使えません。

mail-otp-stopped = ワンタイムパスワードの利用を中止しました
    .text =
        トークンの番号は、もう使えません。

        もう一度お使いになるときは、
        あらためて利用開始の手続きを
        お願いします。

mail-otp-locked = ワンタイムパスワードをロックしました
    .text =
        番号が続けて一致しなかったため、
        ワンタイムパスワードでの認証を
        止めました。
        お取引は行われていません。

mail-otp-unlocked = ワンタイムパスワードのロックを解除しました
    .text =
        ワンタイムパスワードを、
        またお使いいただけます。
        途中だったお取引は、
        はじめからやり直してください。

mail-otp-revoked = トークンを使えないようにしました
    .text =
        次のトークンを使えないように
        しました。このトークンの番号では、
        もうお取引はできません。

mail-otp-issued = トークンを発行しました
    .text =
        スマートフォンのアプリで初期設定を
        してください。アプリに、次の
        サービスIDとユーザID、お決めになった
        利用開始パスワードを入力します。

        アプリは、当金庫のホームページの
        「ワンタイムパスワード」から
        開いてください。

mail-otp-issue-dead = トークンの発行を取り消しました
    .text =
        利用開始パスワードが続けて
        一致しなかったか、期限が過ぎたため、
        発行したトークンを取り消しました。
        もう一度、発行の手続きを
        お願いします。

mail-token-expiring = トークンの電池の期限が近づいています
    .text =
        お使いの専用機器は、まもなく
        番号を表示できなくなります。
        新しい機器のお申込みを
        お取引店へお願いします。
