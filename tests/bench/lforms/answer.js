// SPDX-License-Identifier: Apache-2.0
// The seconds that LHC-Forms takes for one answer: node answer.js FOLDER FORM ANSWERS. FOLDER holds
// its package and jsdom (see get). The page is never painted: what is measured is its evaluation.
"use strict";

const fs = require("fs");
const path = require("path");

const [folder, form, answers] = process.argv.slice(2);
const { JSDOM } = require(path.join(folder, "node_modules/jsdom"));
const page = new JSDOM("<!doctype html><html><body></body></html>",
    { runScripts: "outside-only", pretendToBeVisual: true, url: "http://localhost/" }).window;
page.matchMedia = () => ({ matches: false, addListener() {}, removeListener() {} });
for (const file of ["webcomponent/assets/lib/zone.min.js", "webcomponent/runtime.js", "webcomponent/polyfills.js",
    "webcomponent/main.js", "fhir/R4/lformsFHIR.min.js"])
    page.eval(fs.readFileSync(path.join(folder, "package/dist/lforms", file), "utf8"));

const { LForms } = page;
const questionnaire = JSON.parse(fs.readFileSync(form, "utf8"));
const data = new LForms.LFormsData(LForms.Util.convertFHIRQuestionnaireToLForms(questionnaire, "R4"));
const now_s = () => Number(process.hrtime.bigint()) / 1e9;

function median(samples) {
    return samples.sort((a, b) => a - b)[Math.floor(samples.length / 2)];
}

// One answer a group: to its first question, on which all others of it depend; or to its last one.
function answer(pick, value) {
    const samples = [];
    for (const group of data.items.slice(0, Number(answers))) {
        const item = pick(group.items);
        const began = now_s();
        item.value = value;
        data.updateOnSourceItemChange(item);
        samples.push(now_s() - began);
    }
    return median(samples);
}

const hidden = () => data.itemList.filter((i) => i._skipLogicStatus === "target-disabled").length;
const before = hidden();
const gate_s = answer((items) => items[0], true);
const plain_s = answer((items) => items[items.length - 1], "x");
// Whether it did what it was asked, and not something quicker.
console.log(JSON.stringify({ gate_s, plain_s, items: data.itemList.length, opened: before - hidden(),
    version: LForms.lformsVersion }));
process.exit(0);
