/**
 * Files of src/ that have no test of their own name, each with the reason. Where another test checks the
 * file, the reason names it.
 */
export const EXEMPT: Readonly<Record<string, string>> = {
  'api/answers.ts': 'test/promises/api-writes.test.ts: found, not found, and conflict',
  'api/client.ts': 'test/promises/faults-http.test.ts: the retries of calls and their errors',
  'api/dispatcher.ts': 'test/api/connections.test.ts: connections through each kind of proxy',
  'admission/event-place.ts': 'one line; test/admission/decision-event.test.ts reads it',
  'admission/referred.ts':
    'test/promises/argo-rollouts.test.ts: templates of Deployments, and of other objects',
  'admission/errors.ts': 'a message only; test/server/arrivals.test.ts checks it',
  'admission/decision-log.ts': 'test/admission/admit.test.ts: what the log says of each decision',
  'admission/own-revision.ts':
    'test/admission/pod.test.ts and test/admission/pod-copies.test.ts: each answer of it',
  'admission/job-copies.ts': 'test/admission/job.test.ts: the copies of a Job, found and made',
  'admission/job-plan.ts': 'test/admission/job.test.ts: what the pods of a Job read copies of',
  'admission/pod-lacks.ts': 'test/admission/configured.test.ts: what pods of each kind lack',
  'admission/webhook.ts': 'test/admission/webhooks.test.ts: what each webhook makes of its row',
  'admission/routes.ts': 'test/admission/webhooks.test.ts: the paths of each webhook',
  'api/errors.ts':
    'test/promises/api-writes.test.ts and test/promises/faults-http.test.ts: the text of each error',
  'api/exec-run.ts': 'test/api/exec-plugin.test.ts: plugins that run, fail, or are not installed',
  'api/http.ts': 'types and one constant; test/promises/faults-http.test.ts: an answer that is too large',
  'api/kubeconfig-files.ts':
    'test/api/credentials.test.ts: which kubeconfig counts, and fields of its entries',
  'api/pages.ts': 'test/promises/api-lists.test.ts: a list of several pages against a real API server',
  'api/patience.ts': 'test/api/call.test.ts: reads that are overdue, and those that are only slow',
  'api/pool.ts':
    'test/api/connections.test.ts: answers of servers; test/api/call.test.ts: counts of connections',
  'api/pools.ts': 'test/api/call.test.ts: silent connections that are given up, and at most two pools',
  'api/request.ts': 'types and constants; test/promises/sweep-round.test.ts lists metadata only',
  'api/pod-exec.ts': 'test/api/pod-streams.test.ts: programs that run, and that may not',
  'api/routes.ts': 'test/api/pod-streams.test.ts: connections over different ways',
  'api/streams.ts': 'test/promises/followers.test.ts: watches that are cut, silent and refused',
  'api/token-file.ts': 'test/promises/faults-token.test.ts: a token that changes in its file',
  'api/watch.ts': 'test/promises/followers.test.ts: watches of a real API server, and their faults',

  'config/until-configured.ts': 'test/config/serve.test.ts: every option, and its default',

  'assessments/shape.ts': 'schemas only; test/cluster/assessments.test.ts: answers that do not fit',

  'assessments/answer.ts': 'test/promises/assess.test.ts: workloads in step, drifted, held and out of scope',
  'assessments/ask.ts': 'test/promises/assess.test.ts: those who may ask, and those who may not',
  'assessments/documents.ts':
    'test/promises/assess.test.ts: discovery by the API server; test/server/failure-for.test.ts: errors',

  'cluster/access.ts': 'test/promises/assess.test.ts: users with and without rights',
  'cluster/scrapers.ts': 'test/promises/metrics-auth.test.ts: tokens that may scrape, and others',
  'commands/admin.ts':
    'test/promises/metrics-auth.test.ts: an admin port with TLS that follows the certificate',
  'config/admin.ts': 'test/config/serve.test.ts: the options',
  'server/admin-tls.ts': 'test/promises/metrics-auth.test.ts: a renewed certificate',
  'cluster/api-service.ts': 'test/promises/self-managed.test.ts: the caBundle of the APIService',
  'cluster/front-proxy.ts': 'test/promises/assess.test.ts: the API server is known by its certificate',
  'commands/assessing.ts': 'test/promises/assess.test.ts: a program that answers people',
  'commands/identity.ts': 'test/promises/operation.test.ts: certificates and authorities that change',
  'config/assess.ts': 'test/config/serve.test.ts, and test/commands/serve.test.ts: the options refused',

  'certificates/advance.ts': 'test/certificates/plan.test.ts: it takes every step of the plan',
  'certificates/errors.ts': 'messages only; test/certificates/files.test.ts checks their text',
  'certificates/key-pair.ts': 'test/certificates/plan.test.ts: pairs that belong together, and broken ones',
  'certificates/open.ts':
    'test/promises/self-managed.test.ts and test/promises/operation.test.ts: each source',
  'certificates/round.ts': 'test/promises/self-managed.test.ts: rounds of two replicas on a real API server',
  'certificates/state.ts': 'test/certificates/plan.test.ts: what the Secret holds at every step',
  'certificates/tls.ts': 'test/certificates/files.test.ts: the versions of TLS that are served',
  'certificates/watched.ts':
    'test/certificates/files.test.ts and test/certificates/client-ca.test.ts: files that change',
  'certificates/x509.ts': 'test/certificates/plan.test.ts: clients verify the certificates that it makes',

  'census/census.ts': 'test/promises/census.test.ts: terms of a leader',
  'cluster/census-ports.ts': 'test/promises/census.test.ts: workloads that are listed and judged',
  'cluster/judged-now.ts':
    'test/promises/census.test.ts and test/promises/edit.test.ts: workloads as their namespace has them',
  'commands/webhook-deps.ts':
    'test/promises/in-step.test.ts, as every promise: the program as it is composed',
  'config/workload-metrics.ts': 'test/config/serve.test.ts: the options',
  'controller/recount.ts': 'test/promises/census.test.ts: a workload that a call rolls while it waits',
  'controller/in-doubt.ts': 'test/promises/edit.test.ts: workloads that lag behind an edit',
  'controller/standstills-now.ts': 'test/promises/edit.test.ts and test/promises/events.test.ts: what waits',
  'controller/controller.ts': 'test/promises/edit.test.ts: terms of a leader',
  'controller/error-log.ts':
    'test/chart/rights-of-edit.test.ts: what is logged and counted of a missing right',
  'telemetry/event-recorder.ts': 'types and a constant',
  'controller/tell.ts': 'test/promises/edit.test.ts and test/promises/events.test.ts: Events of edits',
  'controller/reports.ts': 'test/promises/edit.test.ts: events, metrics and log of edits',
  'controller/rollouts.ts': 'test/promises/edit.test.ts: rollouts that end well and badly',
  'controller/term.ts': 'test/promises/edit.test.ts: edits from the watch to the end of the rollout',
  'controller/watching.ts': 'test/promises/edit.test.ts: edits that are seen',
  'controller/work.ts': 'test/promises/edit.test.ts: looks and writes',
  'controller/steps.ts': 'test/promises/edit.test.ts: what follows a look',
  'controller/workload-index.ts': 'test/promises/edit.test.ts: who uses what',
  'cluster/controller-ports.ts': 'test/promises/edit.test.ts: what the leader reads, writes and records',
  'marks/peers.ts': 'names only; test/policy/reloader.test.ts and test/policy/wave.test.ts write them out',

  'cluster/base64.ts': 'test/promises/secrets.test.ts: Secrets of a real API server',
  'cluster/certificate-secret.ts': 'test/promises/self-managed.test.ts: a real Secret, read and written',
  'cluster/controller-revisions.ts': 'test/promises/kinds.test.ts: ControllerRevisions of a real API server',
  'cluster/copies.ts':
    'test/promises/pin.test.ts and test/promises/pin-failures.test.ts: copies on a real API server',
  'cluster/copy-ports.ts': 'test/promises/jobs.test.ts and pin.test.ts: copies of a running program',
  'cluster/copy-reads.ts':
    'test/promises/pin-failures.test.ts: copies that are missing, or not what they say',
  'cluster/disown.ts': 'test/promises/whose-marks.test.ts: field managers of a real API server',
  'cluster/errors.ts':
    'messages only; test/promises/self-managed.test.ts and test/promises/pin-sweep-replicas.test.ts',
  'cluster/events.ts': 'test/promises/events.test.ts: events of a real API server',
  'cluster/source-events.ts': 'test/promises/events.test.ts: copies that were swept',
  'cluster/follow-watch.ts':
    'test/promises/followers.test.ts: watches of a real API server, and their faults',
  'cluster/followers.ts': 'test/promises/followers.test.ts: sources and workloads of a real API server',
  'cluster/items.ts': 'test/promises/adoption.test.ts: ReplicaSets and pods of a real API server',
  'cluster/jobs.ts': 'test/promises/jobs.test.ts: Jobs and their copies on a real API server',
  'cluster/lease.ts': 'test/promises/pin-sweep-replicas.test.ts: two replicas and one Lease',
  'cluster/all-copies.ts': 'test/promises/sweep-round.test.ts: leftovers on a real API server',
  'cluster/meta-reads.ts': 'test/promises/invented-reviews.test.ts: namespaces, workloads and ReplicaSets',
  'cluster/namespaces.ts':
    'test/promises/in-step.test.ts and test/promises/invented-reviews.test.ts: labels of namespaces',
  'cluster/object-reads.ts':
    'test/promises/in-step.test.ts and test/promises/pin.test.ts: sources and copies',
  'cluster/pod-revisions.ts': 'test/promises/pin-revisions.test.ts: revisions of a real API server',
  'cluster/pods.ts': 'test/promises/adoption.test.ts: pods of Deployments that ran before lockstep',
  'cluster/ready-pods.ts': 'test/promises/rollout-progress.test.ts: pods of each kind on a real API server',
  'cluster/registration.ts': 'test/promises/self-managed.test.ts: caBundles of a real registration',
  'cluster/revisions.ts':
    'test/promises/adoption.test.ts and test/promises/kinds.test.ts: revisions of both kinds',
  'cluster/replica-sets.ts':
    'test/promises/adoption.test.ts: Deployments that ran before; no-stale-start-patience.test.ts: rollouts',
  'cluster/runner.ts': 'test/promises/argo-rollouts.test.ts: a Deployment whose template a Rollout takes',
  'cluster/source-kinds.ts':
    'test/promises/secrets.test.ts and test/promises/in-step.test.ts: both kinds of sources',
  'cluster/source-versions.ts': 'test/promises/followers.test.ts: versions of ConfigMaps and Secrets',
  'cluster/sources.ts': 'test/promises/in-step.test.ts: live reads of a real API server',
  'cluster/telling.ts': 'test/cluster/watch-state.test.ts: what a follower is told',
  'cluster/templates.ts': 'test/promises/sweep-round.test.ts: templates on a real API server',
  'cluster/unblock.ts': 'test/promises/unblock.test.ts: StatefulSets and pods of a real API server',
  'cluster/verified-copies.ts':
    'test/promises/pin-failures.test.ts and test/promises/jobs.test.ts: copies of a real API server',
  'cluster/workloads.ts': 'test/promises/in-step.test.ts: reads and conditional patches of a real API server',

  'commands/background-deps.ts':
    'test/promises/unblock.test.ts and test/promises/edit.test.ts: the program as it is composed',
  'commands/background.ts':
    'test/promises/unblock.test.ts and test/promises/edit.test.ts: work that begins and ends',
  'commands/command.ts': 'test/commands/serve.test.ts: the program, started with right and wrong options',
  'commands/compose.ts': 'test/promises/in-step.test.ts, as every promise: the program as it is composed',
  'commands/errors.ts': 'messages only; test/commands/serve.test.ts: a port that is taken',
  'commands/inject-command.ts': 'test/commands/inject.test.ts: the program and its exit codes',
  'commands/serve-command.ts': 'test/config/serve.test.ts: the command with its options',
  'commands/settings.ts': 'test/errors.test.ts: an error names the option that it is about',

  'config/mode.ts': 'test/config/serve.test.ts: each value of --mode',
  'config/ceiling.ts': 'test/config/serve.test.ts, and test/commands/serve.test.ts: the options refused',
  'config/clients.ts': 'test/config/serve.test.ts, and test/commands/serve.test.ts: the options refused',
  'config/certificates.ts': 'test/config/serve.test.ts, and test/commands/serve.test.ts: the options refused',
  'config/duration.ts': 'test/commands/serve.test.ts: durations below and above their limits',
  'config/errors.ts': 'messages only; test/commands/serve.test.ts checks their text',
  'config/deep-freeze.ts': 'test/config/serve.test.ts: every part of a configuration is frozen',
  'config/inject.ts': 'test/commands/inject.test.ts: the options, and those that do not fit each other',
  'telemetry/edit-metrics.ts': 'test/promises/edit.test.ts: the metrics of edits',
  'telemetry/leader-metrics.ts':
    'test/promises/unblock.test.ts and test/promises/pin-sweep.test.ts: their counts',
  'config/edit.ts': 'test/config/serve.test.ts, and test/commands/serve.test.ts: the options refused',
  'config/edit-values.ts': 'test/commands/serve.test.ts: values that are refused',
  'config/roll-on.ts': 'test/config/serve.test.ts, and test/commands/serve.test.ts: the options refused',
  'config/kubeconfig.ts': 'one row of a table; test/config/serve.test.ts',
  'config/names.ts':
    'test/commands/serve.test.ts: names that are refused; test/config/serve.test.ts: names taken',
  'config/pin.ts': 'test/config/serve.test.ts, and test/commands/serve.test.ts: the options refused',
  'config/scope.ts': 'test/config/serve.test.ts, and test/commands/serve.test.ts: the options refused',
  'config/value-types.ts': 'test/config/option.test.ts: options of each type of value',

  'in-step/errors.ts': 'a message only; test/in-step/prepare.test.ts',
  'in-step/present-revision.ts': 'test/in-step/needs.test.ts and remade.test.ts: present and adopted ones',

  'manifests/lacking.ts': 'test/manifests/inject.test.ts: sources that are not among the files',
  'manifests/scalars.ts': 'test/manifests/value.test.ts: the table of shapes, most of them scalars',
  'manifests/errors.ts': 'messages only; the test of the file that raises one checks its text',
  'marks/names.ts': 'constants only; test/docs.test.ts compares them with docs/reference.md',
  'policy/unchecked-warnings.ts': 'test/admission/failure.test.ts: the warning and the denial',
  'policy/undo.ts': 'test/policy/decide.pin.test.ts: which requests are an undo, and what is read for it',
  'policy/on-error.ts': 'two words and their type, without behaviour',

  'references/errors.ts': 'messages only; test/references/size.test.ts checks their text',
  'references/limits.ts': 'constants only; test/references/size.test.ts is at the limits, and beyond',
  'server/any-address.ts': 'test/commands/serve.host.test.ts: the program, with and without IPv6',
  'server/json-bodies.ts':
    'test/server/read-body.test.ts and test/server/body-budget.test.ts: bodies that a server reads',

  'unblock/unblocker.ts': 'test/promises/unblock.test.ts: the work of a running program',
  'config/leader.ts': 'test/config/serve.test.ts, and test/promises/unblock.test.ts',
  'sweep/holders.ts': 'test/promises/sweep-round.test.ts: workloads and revisions that name copies',
  'sweep/overdue.ts': 'test/promises/sweep-round.test.ts: which copies of a real API server are overdue',
  'sweep/round.ts': 'test/promises/sweep-round.test.ts: rounds on a real API server',
  'sweep/sweeper.ts': 'test/promises/pin-sweep.test.ts: the sweep of a running program, and its errors',

  'telemetry/certificate-metrics.ts': 'a table; test/docs.test.ts compares it with docs/operations.md',
  'telemetry/log-levels.ts': 'test/config/serve.test.ts: the options taken',
  'telemetry/log.ts': 'test/promises/operation.test.ts: the lines that a running program logs',

  'workloads/job.ts': 'a schema made of tested ones; test/promises/jobs.test.ts reads Jobs by it',
  'workloads/pod.ts': 'a schema made of tested ones; test/admission/review.test.ts checks pods by it',

  'api/impersonation.ts': 'test/api/connect.test.ts: whom the flags and the kubeconfig impersonate',
  'config/connection.ts': 'test/kubectl/program.test.ts: the flags of kubectl',
  'commands/tracing.ts': 'test/promises/traces.test.ts: a program with traces, and all others without',
  'telemetry/review-metrics.ts': 'test/admission/admit.test.ts: what is counted of each review',
  'telemetry/buckets.ts': 'a list of numbers',
  'telemetry/state-metrics.ts': 'test/server/admin-server.test.ts, and test/promises/operation.test.ts',
  'telemetry/tracing.ts': 'test/telemetry/otel.test.ts: with traces, and without',
  'kubectl/confirm.ts': 'test/promises/kubectl-history.test.ts: yes, no, and nobody there',
  'kubectl/patch-workload.ts': 'test/promises/kubectl-history.test.ts: undo and release on a real cluster',
  'kubectl/ask.ts': 'test/promises/kubectl-status.test.ts: Secrets, with an answer and without',
  'kubectl/seen.ts': 'test/promises/kubectl-status.test.ts: what is seen here, and by lockstep',
  'kubectl/waiting.ts': 'test/promises/edit-fails.test.ts: status while an edit is stopped',
  'kubectl/changes.ts': 'test/promises/kubectl-status.test.ts: status -w',
  'kubectl/cluster-policy.ts': 'test/promises/kubectl-status.test.ts: settings of a real chart, and none',
  'kubectl/command.ts': 'test/kubectl/program.test.ts: commands that run, and how they end',
  'kubectl/errors.ts': 'messages only; test/kubectl/workload-args.test.ts',
  'kubectl/found-sources.ts': 'test/promises/kubectl-status.test.ts: few ConfigMaps, and many',
  'kubectl/gather.ts': 'test/promises/kubectl-status.test.ts: workloads of a real cluster',
  'kubectl/judge.ts': 'test/promises/kubectl-status.test.ts: each state of a workload',
  'kubectl/main.ts': 'test/kubectl-program/process.test.ts: the program as a process',
  'kubectl/namespaces.ts': 'test/promises/kubectl-status.test.ts: namespaces that may be read, and not',
  'kubectl/read-judged.ts':
    'test/promises/kubectl-status.test.ts, and test/promises/kubectl-history.test.ts: roll',
  'kubectl/report.ts': 'test/promises/kubectl-status.test.ts: golden files',
  'kubectl/standing.ts': 'test/promises/kubectl-status.test.ts: each state of a workload',
  'kubectl/table.ts': 'test/kubectl/program.test.ts: every command has help and examples',
  'config/policy.ts': 'test/config/serve.test.ts, and test/config/published.test.ts',
  'config/on-error.ts': 'test/config/serve.test.ts: every option, and its default',
  'kubectl/listing.ts': 'test/kubectl/usage/read-usage.test.ts: lists of several pages',
  'kubectl/supposed.ts': 'test/kubectl/impact/supposition.test.ts: whom an edit touches',
  'kubectl/users.ts': 'test/kubectl/whose-word.test.ts: all references of a workload',
  'kubectl/workload-list.ts': 'test/promises/kubectl-status.test.ts: lists of a real cluster',
};
