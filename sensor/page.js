// The live page.  Everything from the network goes through textContent: names that look
// like markup stay text.
"use strict";

const KEPT = 500; // incidents that the page remembers
const SHOWN = 100; // rows in the list
const SPAN_S = 300; // of the chart, at most
const LEAST_SPAN_S = 60; // and at least
const LEAKS = { complete: "complete", full: "complete", partial: "partial", delta: "changes" };
const PENDING = { started: "in progress", attempted: "asked" };

const incidents = new Map(); // by id: what the server sent last, and its nodes
const points = []; // of the chart
let before = null; // the numbers that the latest rates began with
const filter = { show: "all", text: "" };
let firstBatch = true; // what is there already is not news
let drawing = false;

const $ = (id) => document.getElementById(id);

// ---- nodes ------------------------------------------------------------------

function make(tag, className, text) {
	const node = document.createElement(tag);
	if (className) node.className = className;
	if (text !== undefined) node.textContent = text;
	return node;
}

function put(id, text) {
	const node = $(id);
	if (node.textContent !== text) node.textContent = text;
}

// ---- words ------------------------------------------------------------------

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

function count(n) {
	return n < 100000 ? whole.format(n) : short.format(n);
}

function rate(n) {
	return n > 0 && n < 10 ? n.toFixed(1) : count(n);
}

function bytes(n) {
	const units = ["B", "KiB", "MiB", "GiB", "TiB"];
	let i = 0;
	for (; n >= 1024 && i < units.length - 1; i++) n /= 1024;
	return `${i === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${units[i]}`;
}

function duration(s) {
	const d = Math.floor(s / 86400), h = Math.floor(s / 3600) % 24, m = Math.floor(s / 60) % 60;
	if (d > 0) return `${d} d ${h} h`;
	if (h > 0) return `${h} h ${m} min`;
	return m > 0 ? `${m} min` : `${Math.floor(s)} s`;
}

function many(n, one, more) {
	return `${count(n)} ${n === 1 ? one : more || one + "s"}`;
}

function clock(ms) {
	return new Date(ms).toLocaleTimeString([], { hour12: false });
}

function least(alert, text) {
	return alert.trust.at_least ? `at least ${text}` : text;
}

// Was it a knock on the door, or did something come out?
function outcome(alert) {
	if (!alert.transfer) return null;
	if (alert.verdict in LEAKS)
		return { kind: "leak", text: `LEAK · ${LEAKS[alert.verdict]}` };
	if (alert.verdict in PENDING) return { kind: "open", text: PENDING[alert.verdict] };
	return { kind: "knock", text: `knock · ${alert.verdict}` };
}

function leaked(incident) {
	const state = outcome(incident.alert);
	return state !== null && state.kind === "leak";
}

function summary(alert) {
	if (alert.health)
		return `${count(alert.health.count)} of ${count(alert.health.of)} in ${alert.health.seconds} s`;
	if (alert.transfer && alert.transfer.records > 0)
		return least(alert, `${many(alert.transfer.records, "record")}, ` +
			`${many(alert.transfer.names, "name")}, ${bytes(alert.transfer.bytes)}`);
	if (alert.transfer) return alert.transfer.kind.toUpperCase();
	if (alert.window)
		return least(alert, `${many(alert.window.queries, "query", "queries")}, ` +
			`${many(alert.window.names, "name")}`);
	return "";
}

function subject(alert) {
	if (alert.source) return alert.source.ip;
	return alert.health && alert.health.subject ? alert.health.subject : "this sensor";
}

// ---- one incident -----------------------------------------------------------

function addFact(list, name, value) {
	if (value === null || value === undefined || value === "" ||
		(Array.isArray(value) && value.length === 0))
		return;
	list.append(make("dt", "", name));
	const dd = make("dd");
	if (Array.isArray(value)) {
		dd.className = "chips mono";
		for (const item of value) dd.append(make("span", "", item));
	} else {
		dd.textContent = value;
	}
	list.append(dd);
}

function pairs(object) {
	return Object.entries(object || {}).map(([name, n]) => `${name} ${count(n)}`);
}

function addTransfer(box, alert) {
	const t = alert.transfer;
	if (!t) return;
	const out = outcome(alert).kind === "leak" ? make("div", "leaked") : make("div");
	if (out.className) out.append(make("h3", "", "What leaked"));
	const list = make("dl");
	addFact(list, "Transfer", `${t.kind.toUpperCase()}, ${alert.verdict}`);
	if (t.records > 0) {
		addFact(list, "Content", least(alert, `${many(t.records, "record")}, ${many(t.names, "name")}`));
		addFact(list, "Size", `${bytes(t.bytes)} in ${many(t.messages, "message")}, ${t.seconds.toFixed(3)} s`);
	}
	addFact(list, "Record types", pairs(t.types));
	if (t.serial_to !== null)
		addFact(list, "Serial", t.serial_from !== null ? `${t.serial_from} → ${t.serial_to}` : String(t.serial_to));
	if (t.private_addresses > 0) addFact(list, "Private addresses", count(t.private_addresses));
	if (t.mail_hosts > 0) addFact(list, "Mail hosts", count(t.mail_hosts));
	if (t.directory_names > 0) addFact(list, "Directory names", count(t.directory_names));
	addFact(list, "Services", t.providers);
	addFact(list, "Names", t.samples);
	addFact(list, "TSIG key", t.tsig ? t.tsig.key : null);
	out.append(list);
	box.append(out);
}

function addLearned(list, alert) {
	const l = alert.learned;
	if (!l) return;
	const facts = [];
	if (l.names_found) facts.push(`${many(l.names_found, "name")} found`);
	if (l.names_absent) facts.push(`${count(l.names_absent)} that do not exist`);
	if (l.addresses) facts.push(many(l.addresses, "address", "addresses"));
	if (l.private_addresses) facts.push(`${count(l.private_addresses)} of them private`);
	if (l.intervals) facts.push(many(l.intervals, "link of the chain", "links of the chain"));
	if (l.zone_share !== null) facts.push(`${Math.round(100 * l.zone_share)} % of the zone`);
	addFact(list, "Learned", facts.join(", "));
	addFact(list, "Addresses", l.samples);
	addFact(list, "Services", l.providers);
}

function trust(alert) {
	const t = alert.trust, facts = [];
	if (t.kernel_drops) facts.push(`${count(t.kernel_drops)} packets dropped by the kernel`);
	if (t.ring_drops) facts.push(`${count(t.ring_drops)} events dropped`);
	if (t.gap_bytes) facts.push(`${bytes(t.gap_bytes)} of TCP never seen`);
	if (t.one_sided) facts.push("one direction only");
	return facts.join(", ");
}

function fillDetails(box, incident) {
	const alert = incident.alert;
	box.replaceChildren();
	if (alert.health) {
		const advice = make("div", "advice-box");
		advice.append(make("p", "", alert.health.meaning), make("p", "quiet", alert.health.advice));
		box.append(advice);
	}
	addTransfer(box, alert);
	const list = make("dl");
	addFact(list, "Rule", `${alert.rule}, confidence ${alert.confidence}`);
	if (alert.source) {
		addFact(list, "Source", `${alert.source.prefix}${alert.source.internal ? ", internal" : ""}` +
			`${alert.authorised ? ", authorised" : ""}`);
		addFact(list, "Server", alert.server ? `${alert.server.ip} port ${alert.server.port}` : "several");
	}
	if (alert.window) {
		addFact(list, "Asked", least(alert, `${many(alert.window.queries, "query", "queries")} for ` +
			`${many(alert.window.names, "name")} in ${duration(alert.window.seconds)}`));
		addFact(list, "Types", alert.window.types);
		addFact(list, "Answers", pairs(alert.window.rcodes));
		addFact(list, "Names", alert.window.samples);
	}
	addLearned(list, alert);
	if (alert.tool)
		addFact(list, "Looks like", `${alert.tool.name} (${Math.round(100 * alert.tool.score)} %): ` +
			alert.tool.because.join(", "));
	addFact(list, "May be missing", trust(alert));
	addFact(list, "Interface", alert.interface);
	addFact(list, "Campaign", alert.campaign);
	addFact(list, "Incident", `${alert.id}, ${many(incident.alerts, "alert")}, technique ${alert.technique || "none"}`);
	box.append(list);
}

function makeRow(incident) {
	const item = make("li");
	const row = make("button", "row");
	const box = make("div", "details");
	const nodes = {
		item, row, box, risk: make("span", "risk"), what: make("span", "what"),
		when: make("span", "when"), who: make("span", "who"),
	};
	row.type = "button";
	row.setAttribute("aria-expanded", "false");
	box.id = `details-${incident.sequence}`;
	box.hidden = true;
	row.setAttribute("aria-controls", box.id);
	row.addEventListener("click", () => {
		const open = row.getAttribute("aria-expanded") !== "true";
		row.setAttribute("aria-expanded", String(open));
		box.hidden = !open;
		if (open) fillDetails(box, incidents.get(incident.alert.id) || incident);
	});
	row.append(nodes.risk, nodes.what, nodes.when, nodes.who);
	item.append(row, box);
	return nodes;
}

function fillRow(incident) {
	const alert = incident.alert, nodes = incident.nodes, state = outcome(alert);
	nodes.risk.textContent = alert.risk;
	nodes.risk.dataset.level = alert.severity;
	nodes.risk.title = `risk ${alert.risk} of 100, ${alert.severity}`;
	nodes.what.replaceChildren(alert.title);
	if (state) nodes.what.append(make("span", `tag ${state.kind}`, state.text));
	if (alert.tool) nodes.what.append(make("span", "tag tool", alert.tool.name));
	if (alert.authorised) nodes.what.append(make("span", "tag", "authorised"));
	if (!incident.closed) nodes.what.append(make("span", "tag open", "open"));
	nodes.when.textContent = clock(incident.updated_ms);
	nodes.when.title = new Date(incident.updated_ms).toLocaleString();
	nodes.who.replaceChildren(make("b", "mono", subject(alert)));
	if (alert.zone) nodes.who.append(" → ", make("b", "mono", alert.zone));
	const more = summary(alert);
	if (more) nodes.who.append(` · ${more}`);
	if (!nodes.box.hidden) fillDetails(nodes.box, incident);
}

// ---- lists ------------------------------------------------------------------

function newestFirst(a, b) {
	return b.opened_ms - a.opened_ms || b.sequence - a.sequence;
}

function isWanted(incident) {
	const alert = incident.alert;
	if (filter.show === "open" && incident.closed) return false;
	if (filter.show === "transfers" && !alert.transfer) return false;
	if (filter.show === "severe" && alert.risk < 70) return false;
	if (!filter.text) return true;
	return [subject(alert), alert.zone, alert.rule, alert.title, alert.campaign,
		alert.verdict, alert.tool && alert.tool.name]
		.some((text) => text && text.toLowerCase().includes(filter.text));
}

// The rows stay the same nodes, so that focus and open details survive.
function drawList(all) {
	const wanted = all.filter(isWanted), rows = wanted.slice(0, SHOWN), list = $("list");
	const focused = document.activeElement;
	const keep = new Set(rows.map((incident) => incident.nodes.item));
	for (const item of [...list.children]) if (!keep.has(item)) item.remove();
	rows.forEach((incident, i) => {
		if (list.children[i] !== incident.nodes.item)
			list.insertBefore(incident.nodes.item, list.children[i] || null);
	});
	if (focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
	$("nothing").hidden = rows.length > 0;
	$("nothing").textContent = all.length > 0 ? "No incident is like that."
		: "Nobody maps the network. New incidents appear here by themselves.";
	put("shown", wanted.length > rows.length ? `newest ${rows.length} of ${wanted.length}`
		: wanted.length > 0 ? String(wanted.length) : "");
}

// Replace a list's items; a focused button in it keeps the focus.
function replaceItems(list, items) {
	const key = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
	list.replaceChildren(...items);
	for (const button of key === null ? [] : list.querySelectorAll("button"))
		if (button.dataset.key === key) button.focus({ preventScroll: true });
}

function jumpButton(text, key, jump) {
	const button = make("button", "mono", text);
	button.type = "button";
	button.dataset.key = key;
	button.addEventListener("click", jump);
	return button;
}

function drawTransfers(all) {
	const found = all.filter((incident) => incident.alert.transfer);
	found.sort((a, b) => leaked(b) - leaked(a) || newestFirst(a, b));
	replaceItems($("transfers"), found.slice(0, 8).map((incident) => {
		const alert = incident.alert, state = outcome(alert), item = make("li");
		item.append(jumpButton(alert.zone || "?", alert.id, () => reveal(alert.id)),
			make("span", `tag ${state.kind}`, state.text));
		const more = make("p", "more");
		more.append(make("span", "mono", subject(alert)), ` · ${summary(alert)}`);
		const loot = (alert.transfer.providers || []).slice();
		if (alert.transfer.private_addresses)
			loot.unshift(many(alert.transfer.private_addresses, "private address", "private addresses"));
		if (loot.length) more.append(` · ${loot.join(", ")}`);
		item.append(more);
		return item;
	}));
	$("no-transfers").hidden = found.length > 0;
}

function drawSources(all) {
	const sources = new Map();
	for (const incident of all) {
		if (!incident.alert.source) continue;
		const ip = incident.alert.source.ip;
		const s = sources.get(ip) || { ip, risk: 0, n: 0, queries: 0, rules: new Set(), leaks: 0 };
		s.risk = Math.max(s.risk, incident.alert.risk);
		s.n++;
		s.queries += incident.alert.window ? incident.alert.window.queries : 0;
		s.rules.add(incident.alert.rule);
		s.leaks += leaked(incident);
		sources.set(ip, s);
	}
	const top = [...sources.values()].sort((a, b) => b.risk - a.risk || b.n - a.n || b.queries - a.queries);
	replaceItems($("sources"), top.slice(0, 8).map((s) => {
		const item = make("li"), bar = make("span", "bar"), fill = make("i");
		item.append(jumpButton(s.ip, s.ip, () => find(s.ip)),
			make("span", `tag ${s.leaks ? "leak" : ""}`, s.leaks ? `${s.leaks} leaked` : `risk ${s.risk}`));
		item.append(make("p", "more", `${many(s.n, "incident")}: ${[...s.rules].join(", ")}`));
		fill.style.width = `${s.risk}%`;
		bar.append(fill);
		item.append(bar);
		return item;
	}));
	$("no-sources").hidden = top.length > 0;
}

function draw() {
	drawing = false;
	const all = [...incidents.values()].sort(newestFirst);
	for (const old of all.splice(KEPT)) incidents.delete(old.alert.id);
	drawList(all);
	drawTransfers(all);
	drawSources(all);
	const leaks = all.filter(leaked);
	const records = leaks.reduce((n, incident) => n + incident.alert.transfer.records, 0);
	put("n-leaks", count(new Set(leaks.map((incident) => incident.alert.zone)).size));
	put("n-records", leaks.length ? `${many(records, "record")} went out` : "nothing went out");
	$("t-leaks").classList.toggle("alarm", leaks.length > 0);
}

function drawSoon() {
	if (!drawing) setTimeout(draw, 50);
	drawing = true;
}

function reveal(id) {
	filter.show = "all";
	filter.text = $("search").value = "";
	markFilter();
	draw();
	const incident = incidents.get(id);
	if (!incident || !incident.nodes.item.isConnected) return;
	if (incident.nodes.row.getAttribute("aria-expanded") !== "true") incident.nodes.row.click();
	incident.nodes.row.focus();
}

function find(text) {
	$("search").value = text;
	filter.text = text.toLowerCase();
	draw();
	$("search").focus();
}

// ---- what the server sends --------------------------------------------------

function onIncident(event) {
	const incident = JSON.parse(event.data), known = incidents.get(incident.alert.id);
	incident.nodes = known ? known.nodes : makeRow(incident);
	incidents.set(incident.alert.id, incident);
	fillRow(incident);
	drawSoon();
	if (firstBatch || (known && leaked(known) === leaked(incident))) return;
	incident.nodes.item.classList.remove("fresh");
	requestAnimationFrame(() => incident.nodes.item.classList.add("fresh"));
	const zone = incident.alert.zone ? ` about ${incident.alert.zone}` : "";
	$("spoken").textContent = `${incident.alert.title} by ${subject(incident.alert)}${zone}, risk ${incident.alert.risk}`;
}

function drawProblems(problems) {
	const key = problems.map((p) => p.rule + p.subject).join();
	if ($("problems").dataset.key === key) return;
	$("problems").dataset.key = key;
	$("problems").replaceChildren(...problems.map((p) => {
		const item = make("li");
		item.append(make("strong", "", p.subject ? `${p.title} (${p.subject})` : p.title),
			make("span", "", `${p.meaning} `), make("span", "advice", p.advice));
		return item;
	}));
	$("health").hidden = problems.length === 0;
}

function drawChart() {
	const top = Math.max(10, ...points.map((p) => Math.max(p.packets, p.messages, p.drops)));
	const span = Math.max(LEAST_SPAN_S, points.length);
	const x = (i) => (600 - (points.length - 1 - i) * 600 / (span - 1)).toFixed(1);
	const y = (n) => (128 - 122 * n / top).toFixed(1);
	const path = (what) => points.map((p, i) => `${i ? "L" : "M"}${x(i)} ${y(p[what])}`).join("");
	for (const what of ["packets", "messages", "drops"]) {
		const shown = points.length > 1 && (what !== "drops" || points.some((p) => p.drops > 0));
		$(`c-${what}`).setAttribute("d", shown ? path(what) : "");
	}
	$("c-packets-area").setAttribute("d",
		points.length > 1 ? `${path("packets")}L600 130L${x(0)} 130Z` : "");
	const last = points[points.length - 1];
	put("chart-span", `last ${duration(span)}`);
	$("chart").setAttribute("aria-label", `Last ${duration(span)}: now ${rate(last.packets)} packets and ` +
		`${rate(last.messages)} DNS messages per second, at most ${rate(top)}`);
	put("c-top", `top ${rate(top)} / s`);
}

// What came since the numbers before, per second.
function drawRates(n) {
	const seconds = before ? n.uptime - before.uptime : 0;
	if (before && seconds > 0 && seconds < 0.5) return; // too short to tell
	const per = (what) => Math.max(0, n.totals[what] - before.totals[what]) / seconds;
	if (seconds > 0) {
		points.push({ packets: per("packets"), messages: per("messages"),
			drops: per("kernel_drops") + per("ring_drops") });
		if (points.length > SPAN_S) points.shift();
		put("n-packets", rate(per("packets")));
		put("n-bits", `${bytes(per("bytes"))} / s`);
		put("n-messages", rate(per("messages")));
		drawChart();
	}
	before = n;
}

function onNumbers(event) {
	const n = JSON.parse(event.data);
	const lost = n.totals.kernel_drops + n.totals.ring_drops;
	firstBatch = false;
	drawRates(n);
	put("sensor", n.sensor);
	put("version", `zonetap ${n.version}`);
	document.title = n.incidents_open ? `(${n.incidents_open}) zonetap ${n.sensor}` : `zonetap ${n.sensor}`;
	put("n-total", `${count(n.totals.messages)} in ${duration(n.uptime)}`);
	put("n-drops", count(lost));
	put("n-drops-more", lost ? `kernel ${count(n.totals.kernel_drops)}, ring ${count(n.totals.ring_drops)}` : "nothing lost");
	$("t-drops").classList.toggle("alarm", lost > 0);
	put("n-open", count(n.incidents_open));
	put("n-opened", `${count(n.incidents_opened)} since the start`);
	$("t-open").classList.toggle("alarm", n.incidents_open > 0);
	put("n-sources", count(n.totals.sources));
	put("n-memory", `${bytes(n.totals.memory)} of ${bytes(n.memory_limit)}`);
	drawProblems(n.problems);
}

function onReset() {
	incidents.clear();
	firstBatch = true;
	$("list").replaceChildren();
	drawSoon();
}

function setLink(state, text) {
	$("link").dataset.state = state;
	put("link", text);
}

function connect() {
	const source = new EventSource("/events");
	source.addEventListener("open", () => setLink("live", "live"));
	source.addEventListener("reset", onReset);
	source.addEventListener("incident", onIncident);
	source.addEventListener("numbers", onNumbers);
	source.addEventListener("error", () => {
		setLink("gone", "reconnecting");
		// The browser gives up after an error status; it may be over in a while.
		if (source.readyState === EventSource.CLOSED) setTimeout(connect, 5000);
	});
}

// ---- what people do ---------------------------------------------------------

function markFilter() {
	for (const pill of document.querySelectorAll("[data-show]"))
		pill.setAttribute("aria-pressed", String(pill.dataset.show === filter.show));
}

function step(by) {
	const rows = [...document.querySelectorAll("#list .row")];
	const at = rows.indexOf(document.activeElement.closest ? document.activeElement.closest(".row") : null);
	const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))];
	if (next) next.focus();
}

function onKey(event) {
	if (event.ctrlKey || event.metaKey || event.altKey) return;
	if (event.key === "Escape") {
		filter.show = "all";
		filter.text = $("search").value = "";
		markFilter();
		draw();
		return;
	}
	if (event.target.closest("input")) return;
	if (event.key === "j") step(1);
	else if (event.key === "k") step(-1);
	else if (event.key === "/") $("search").focus();
	else return;
	event.preventDefault();
}

function isDark() {
	const wish = document.documentElement.dataset.theme;
	return wish ? wish === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function remembered() {
	try {
		return localStorage.getItem("theme");
	} catch {
		return null; // the browser keeps nothing here
	}
}

function start() {
	const wish = remembered();
	if (wish) document.documentElement.dataset.theme = wish;
	$("theme").addEventListener("click", () => {
		document.documentElement.dataset.theme = isDark() ? "light" : "dark";
		try {
			localStorage.setItem("theme", document.documentElement.dataset.theme);
		} catch {
			// the same as above: the choice lasts as long as the page
		}
	});
	for (const pill of document.querySelectorAll("[data-show]"))
		pill.addEventListener("click", () => {
			filter.show = pill.dataset.show;
			markFilter();
			draw();
		});
	$("search").addEventListener("input", () => {
		filter.text = $("search").value.trim().toLowerCase();
		draw();
	});
	document.addEventListener("keydown", onKey);
	draw();
	connect();
}

start();
