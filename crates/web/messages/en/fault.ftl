# When a page cannot be shown.

fault-not-found = There is no such page
    .what = The address may have changed, or a letter may be wrong. Your transactions are not affected.
    .next = Please check the address or start from the first page.
fault-gone = This page has ended
    .what = It was here once and can no longer be seen. Your transactions are not affected.
    .next = Please start from the first page.
fault-too-large = What you sent is too large
    .what = More was sent than this page can take, so nothing was accepted.
    .next = Please go back, shorten what you entered and try again.
fault-too-many = We are very busy at the moment
    .what = There were many requests in a short time, so we ask you to wait a little. Nothing was accepted.
    .next = Please try again in about a minute.
fault-internal = The page could not be shown
    .what = Something unexpected happened on our side. It was nothing you did. Our staff have been told.
    .next = Please try again a little later. You can check the result of a transaction under “Activity”.
fault-unavailable = Not available at the moment
    .what = We are busy, or closed for maintenance. Nothing was accepted.
    .next = Please try again a little later.
fault-call = If it is urgent, call { $phone }.
request-id = Number for your enquiry
