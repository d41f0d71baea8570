// SPDX-License-Identifier: Apache-2.0
// The files of this folder follow one another as one script, in the order of page.c: each may use
// what those before it have declared, and its functions what those behind it have.
(() => {
"use strict";

