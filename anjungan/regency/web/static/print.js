// A sheet is printed once it is there, and again when somebody asks.
"use strict";

const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => print());
addEventListener("load", () => print());
