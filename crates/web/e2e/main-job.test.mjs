// The whole main job in a real browser: application, production, post, switch, payment, and what
// goes wrong.
//
// One demo and one browser for all stories: a fresh demo lives through seven months of history
// first. Every page that comes up is looked at by axe, measured for overflow, and its headers
// and cookies are read (support/watch.mjs).

import { after, before } from "node:test";

import { applicationStories } from "./stories/application.mjs";
import { issuedStories } from "./stories/issued.mjs";
import { otpStories } from "./stories/otp.mjs";
import { pageStories } from "./stories/pages.mjs";
import { paymentStories } from "./stories/payment.mjs";
import { safetyStories } from "./stories/safety.mjs";
import { tokenAppStories } from "./stories/token_app.mjs";
import { newWorld } from "./support/world.mjs";

const world = newWorld();
before(() => world.begin());
after(() => world.end());

applicationStories(world);
paymentStories(world);
pageStories(world);
otpStories(world);
tokenAppStories(world);
issuedStories(world);
// Turns the clock: last.
safetyStories(world);
