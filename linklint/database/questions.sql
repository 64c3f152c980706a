-- Useful queries. The page of the facts shows each with its result for fixtures/shop-scripts; a test runs them.

-- Which containers can reach the database?
SELECT recipient.words AS recipient, link.target, link.alias, links.path, links.line
FROM link JOIN links ON links.id = link.id JOIN called AS recipient ON recipient.container = link.container
WHERE link.target LIKE '%db%' ORDER BY links.path, links.line, recipient;

-- Which secrets reach more than two containers?
SELECT name, count(*) AS containers, group_concat(words, ', ') AS recipients
FROM (SELECT DISTINCT env.name, env.span, leak.recipient, called.words
    FROM leak JOIN env ON env.id = leak.env JOIN called ON called.container = leak.recipient
    ORDER BY called.words) AS known
GROUP BY name, span HAVING count(*) > 2 ORDER BY 2 DESC, 1;

-- Which sources of links publish a port?
SELECT DISTINCT called.words AS source, port.spec, ports.path, ports.line
FROM resolved_link JOIN port ON port.container = resolved_link.source JOIN ports ON ports.id = port.id
JOIN called ON called.container = resolved_link.source
WHERE port.published ORDER BY 3, 4;

-- Which links stop working with Engine 30, and how many are in each file?
SELECT links.path, count(DISTINCT links.line) AS links FROM legacy_link JOIN links ON links.id = legacy_link.id
GROUP BY links.path ORDER BY 2 DESC, 1;

-- What does a container get from its links, on engines since 28?
SELECT DISTINCT link_variable.name, link_variable.value, link_variable.state
FROM link_variable JOIN called ON called.container = link_variable.recipient
WHERE called.words = 'portal' AND link_variable.engines LIKE '%28%' ORDER BY 1;

-- Which steps does the engine refuse, and why?
SELECT DISTINCT steps.path, steps.line, step_outcome.stage, step_outcome.reason, step_outcome.confidence
FROM step_outcome JOIN steps ON steps.id = step_outcome.step WHERE step_outcome.outcome = 'refused' ORDER BY 1, 2;

-- Which images does a container run that nothing here builds?
SELECT container.image, count(*) AS containers FROM container
WHERE container.image IS NOT NULL AND container.id NOT IN (SELECT container FROM container_build)
GROUP BY container.image ORDER BY 2 DESC, 1;

-- Which container takes which host port?
SELECT DISTINCT engine_state.what AS port, called.words AS container
FROM engine_state JOIN called ON called.container = engine_state.container WHERE engine_state.kind = 'port'
ORDER BY 1, 2;

-- Which scripts run or source which?
SELECT DISTINCT file.path AS caller, span.line, call.how, call.script FROM call JOIN span ON span.id = call.span
JOIN file ON file.id = span.file ORDER BY 1, 2;

-- Where are secrets in plain text?
SELECT DISTINCT envs.path, envs.line, envs.name, envs.value, envs.secret FROM envs
WHERE envs.secret IS NOT NULL AND envs.form = 'literal' AND NOT envs.placeholder ORDER BY 1, 2;

-- How many recipients need each source on the default bridge?
SELECT source.words AS source, count(DISTINCT link.container) AS recipients
FROM resolved_link JOIN link ON link.id = resolved_link.link JOIN container ON container.id = resolved_link.source
JOIN called AS source ON source.container = container.id WHERE container.legacy GROUP BY container.id, source.words
ORDER BY 2 DESC, 1;

-- How many facts of each table are there?
SELECT file.kind, count(DISTINCT file.id) AS files, count(DISTINCT container.id) AS containers
FROM file LEFT JOIN span ON span.file = file.id LEFT JOIN container ON container.head_span = span.id GROUP BY file.kind
ORDER BY 3 DESC, 2 DESC, 1;
