# When a page cannot be shown.

fault-not-found = There is no such page
    .what = The address may have changed, or a letter may be wrong. Nothing has been done.
    .next = Please check the address or start from the first page.
fault-gone = This page has ended
    .what = It was here once and can no longer be seen. Nothing has been done.
    .next = Please start from the first page.
fault-too-large = That was too much
    .what = More was sent than this page can take, so nothing was accepted.
    .next = Please go back, shorten what you entered and try again.
fault-too-many = Many requests just now
    .what = There were many requests in a short time, so we ask you to wait. Nothing was accepted.
    .next = Please try again in about a minute.
fault-internal = The page could not be shown
    .what = Something unexpected happened on our side. It is not your doing. Our staff has been told.
    .next = Please try again a little later. You can see in the activity list what has been done.
fault-unavailable = Not available just now
    .what = We are busy, or closed for maintenance. Nothing was accepted.
    .next = Please try again a little later.
fault-call = If it is urgent, call { $phone }.
request-id = Number for your enquiry
