{{- /*
Creation of a pod of a DaemonSet, because a node joins or a pod is replaced: if the DaemonSet has drifted, lockstep patches
its template and refuses this one pod, which comes back from the new template. docs/adr/0032-a-node-that-joins.md has the
reasons. _webhook-common.tpl describes the dictionary that this template takes.
*/}}
{{- define "lockstep.webhook.node" -}}
{{- $webhook := merge (dict "values" .root.Values.webhook.node) . -}}
- name: {{ prepend .suffixes "node" | join "-" }}.lockstep.dev
  admissionReviewVersions: [v1]
  clientConfig:
    {{- include "lockstep.webhook.clientConfig" (dict "root" .root "path" (prepend .suffixes "node" | join "/")) | nindent 4 }}
  # Never Fail, also with onError: deny. A node cannot do without the pods of its DaemonSets: the network is one of them.
  failurePolicy: Ignore
  timeoutSeconds: {{ include "lockstep.webhook.timeoutSeconds" $webhook }}
  matchPolicy: Equivalent
  namespaceSelector:
    {{- include "lockstep.webhook.namespaceSelector" $webhook | nindent 4 }}
  rules:
    - apiGroups: [""]
      apiVersions: [v1]
      resources: [pods]
      operations: [CREATE]
      scope: Namespaced
  # The side effect is the PATCH of the DaemonSet. A dry run sends none.
  sideEffects: NoneOnDryRun
  # The answer depends on the DaemonSet, not on the pod, so a later webhook's changes do not matter.
  reinvocationPolicy: Never
  matchConditions:
    - name: of-a-daemonset
      expression: >-
        object.metadata.?ownerReferences.orValue([]).exists(o,
        o.?controller.orValue(false) && o.kind == 'DaemonSet' && o.apiVersion.startsWith('apps/'))
    {{- if .root.Values.pin.enabled }}
    # A pod that reads copies starts with the configuration of its template, so it asks for no rollout.
    - name: not-pinned
      expression: object.metadata.?annotations[?'lockstep.dev/pinned'].orValue('') == ''
    {{- end }}
    # Only the DaemonSet controller makes such pods, under a name that differs between clusters. It writes the status of
    # DaemonSets, and users may not. So nobody starts a rollout by a pod that names a DaemonSet of somebody else.
    - name: by-its-controller
      expression: >-
        authorizer.group('apps').resource('daemonsets').subresource('status').namespace(request.namespace)
        .check('update').allowed()
{{- end }}
