// SPDX-License-Identifier: Apache-2.0
/**
 * The sample nation's exploited-vulnerability update. Identifiers, dates and version ranges are
 * public facts about real vulnerabilities; the sentences are ours.
 */

interface SampleVulnerability {
  readonly cve: string;
  readonly maker: string;
  readonly product: string;
  readonly name: string;
  readonly added: string;
  readonly text: string;
  readonly ransomware?: boolean;
  readonly cwe: string;
  /** CPE part:vendor:product and ranges as "from..to" (to included) or "from..<to" (excluded). */
  readonly cpe: string;
  readonly ranges: readonly string[];
}

const ACTION =
  'Update to the version that the vendor names, or take the product off the network until then.';

const VULNERABILITIES: readonly SampleVulnerability[] = [
  {
    cve: 'CVE-2016-7836',
    maker: 'SKYSEA',
    product: 'Client View',
    name: 'SKYSEA Client View Improper Authentication',
    added: '2025-10-14',
    cwe: 'CWE-287',
    text: 'The agent accepts connections that only pretend to be the management console.',
    cpe: 'a:skygroup:skysea_client_view',
    ranges: ['..11.221.03'],
  },
  {
    cve: 'CVE-2023-20198',
    maker: 'Cisco',
    product: 'IOS XE Web UI',
    name: 'Cisco IOS XE Web UI Privilege Escalation',
    added: '2023-10-16',
    cwe: 'CWE-420',
    text: 'A stranger can create an account of highest privilege through the web interface.',
    cpe: 'o:cisco:ios_xe',
    ranges: ['16.12..<17.9.4a'],
  },
  {
    cve: 'CVE-2023-45727',
    maker: 'North Grid',
    product: 'Proself',
    name: 'North Grid Proself XML External Entity',
    added: '2024-12-03',
    cwe: 'CWE-611',
    text: 'XML sent without signing in lets a stranger read files of the server.',
    cpe: 'a:northgrid:proself',
    ranges: ['..5.62'],
  },
  {
    cve: 'CVE-2023-46604',
    maker: 'Apache',
    product: 'ActiveMQ',
    name: 'Apache ActiveMQ Deserialization',
    added: '2023-11-02',
    cwe: 'CWE-502',
    text: 'A crafted message makes the broker load and run a class of the sender’s choice.',
    ransomware: true,
    cpe: 'a:apache:activemq',
    ranges: ['5.18.0..<5.18.3', '5.17.0..<5.17.6'],
  },
  {
    cve: 'CVE-2023-46747',
    maker: 'F5',
    product: 'BIG-IP Configuration Utility',
    name: 'F5 BIG-IP Authentication Bypass',
    added: '2023-10-31',
    cwe: 'CWE-288',
    text: 'Whoever reaches the management interface can run system commands without signing in.',
    cpe: 'a:f5:big-ip_access_policy_manager',
    ranges: ['16.1.0..<16.1.4.1', '17.1.0..<17.1.0.3'],
  },
  {
    cve: 'CVE-2024-21182',
    maker: 'Oracle',
    product: 'WebLogic Server',
    name: 'Oracle WebLogic Server Unspecified Vulnerability',
    added: '2026-06-01',
    cwe: 'CWE-306',
    text: 'A stranger with network access through T3 or IIOP can reach critical data.',
    cpe: 'a:oracle:weblogic_server',
    ranges: ['12.2.1.4.0..12.2.1.4.0', '14.1.1.0.0..14.1.1.0.0'],
  },
  {
    cve: 'CVE-2024-3400',
    maker: 'Palo Alto Networks',
    product: 'PAN-OS',
    name: 'Palo Alto Networks PAN-OS Command Injection',
    added: '2024-04-12',
    cwe: 'CWE-77',
    text: 'The GlobalProtect feature lets a stranger run commands with root rights on the firewall.',
    ransomware: true,
    cpe: 'o:paloaltonetworks:pan-os',
    ranges: ['10.2.0..10.2.9', '11.1.0..<11.1.2'],
  },
  {
    cve: 'CVE-2024-40711',
    maker: 'Veeam',
    product: 'Backup and Replication',
    name: 'Veeam Backup and Replication Deserialization',
    added: '2024-10-17',
    cwe: 'CWE-502',
    text: 'A stranger can run code on the backup server.',
    ransomware: true,
    cpe: 'a:veeam:veeam_backup_\\&_replication',
    ranges: ['12.0.0..<12.2.0.334'],
  },
  {
    cve: 'CVE-2024-55591',
    maker: 'Fortinet',
    product: 'FortiOS and FortiProxy',
    name: 'Fortinet FortiOS Authentication Bypass',
    added: '2025-01-14',
    cwe: 'CWE-288',
    text: 'Crafted requests to a websocket module give super-admin rights.',
    ransomware: true,
    cpe: 'o:fortinet:fortios',
    ranges: ['7.0.0..<7.0.17'],
  },
  {
    cve: 'CVE-2025-0282',
    maker: 'Ivanti',
    product: 'Connect Secure',
    name: 'Ivanti Connect Secure Stack-Based Buffer Overflow',
    added: '2025-01-08',
    cwe: 'CWE-121',
    text: 'An overflow before sign-in lets a stranger run code on the gateway.',
    ransomware: true,
    cpe: 'a:ivanti:connect_secure',
    ranges: ['22.7R2..<22.7R2.5'],
  },
  {
    cve: 'CVE-2025-20333',
    maker: 'Cisco',
    product: 'Secure Firewall Adaptive Security Appliance',
    name: 'Cisco ASA Buffer Overflow',
    added: '2025-09-25',
    cwe: 'CWE-120',
    text: 'Crafted VPN web requests let an attacker with any VPN account run code as root.',
    cpe: 'o:cisco:adaptive_security_appliance_software',
    ranges: ['9.20..<9.20.3.7'],
  },
  {
    cve: 'CVE-2025-24813',
    maker: 'Apache',
    product: 'Tomcat',
    name: 'Apache Tomcat Path Equivalence',
    added: '2025-04-01',
    cwe: 'CWE-44',
    text: 'A partial PUT with certain settings lets a stranger read or plant files.',
    cpe: 'a:apache:tomcat',
    ranges: ['9.0.0..9.0.98', '10.1.0..10.1.34'],
  },
  {
    cve: 'CVE-2025-42599',
    maker: 'Qualitia',
    product: 'Active! Mail',
    name: 'Qualitia Active! Mail Stack-Based Buffer Overflow',
    added: '2025-04-28',
    cwe: 'CWE-121',
    text: 'A crafted request overflows a buffer of the web mail server.',
    cpe: 'a:qualitia:active\\!_mail',
    ranges: ['6.0..6.60.05008561'],
  },
  {
    cve: 'CVE-2025-5777',
    maker: 'Citrix',
    product: 'NetScaler ADC and Gateway',
    name: 'Citrix NetScaler Out-of-Bounds Read',
    added: '2025-07-10',
    cwe: 'CWE-125',
    text: 'A malformed request makes the gateway give out memory, session tokens included.',
    ransomware: true,
    cpe: 'a:citrix:netscaler_application_delivery_controller',
    ranges: ['13.1..<13.1-58.32', '14.1..<14.1-43.56'],
  },
  {
    cve: 'CVE-2025-61932',
    maker: 'Motex',
    product: 'LANSCOPE Endpoint Manager',
    name: 'Motex LANSCOPE Endpoint Manager Improper Verification of Source',
    added: '2025-10-22',
    cwe: 'CWE-940',
    text: 'Crafted packets make the client program run code.',
    cpe: 'a:motex:lanscope_endpoint_manager',
    ranges: ['..9.4.7.1'],
  },
  {
    cve: 'CVE-2025-66644',
    maker: 'Array Networks',
    product: 'ArrayOS AG',
    name: 'Array Networks ArrayOS AG Command Injection',
    added: '2025-12-08',
    cwe: 'CWE-78',
    text: 'A command injection in the gateway is used to plant web shells; seen in Japan since August 2025.',
    cpe: 'o:arraynetworks:arrayos_ag',
    ranges: ['..<9.4.5.9'],
  },
  {
    cve: 'CVE-2026-25108',
    maker: 'Soliton Systems',
    product: 'FileZen',
    name: 'Soliton Systems FileZen Command Injection',
    added: '2026-02-24',
    cwe: 'CWE-78',
    text: 'A signed-in person can make the server run commands by a crafted request.',
    cpe: 'a:soliton:filezen',
    ranges: ['5.0.0..5.0.10', '4.2.1..4.2.8'],
  },
];

/** Before this day the catalogue is known when the nation starts; the rest is the update. */
const UPDATE_FROM = '2025-12-01';

function catalogue(list: readonly SampleVulnerability[], released: string): string {
  return JSON.stringify({
    title: 'Sample exploited-vulnerability catalogue (exercise)',
    catalogVersion: released.replaceAll('-', '.'),
    dateReleased: `${released}T00:00:00.000Z`,
    count: list.length,
    vulnerabilities: list.map((entry) => ({
      cveID: entry.cve,
      vendorProject: entry.maker,
      product: entry.product,
      vulnerabilityName: `${entry.name} Vulnerability`,
      dateAdded: entry.added,
      shortDescription: entry.text,
      requiredAction: ACTION,
      dueDate: new Date(Date.parse(entry.added) + 21 * 86_400_000).toISOString().slice(0, 10),
      knownRansomwareCampaignUse: entry.ransomware ? 'Known' : 'Unknown',
      notes: `https://nvd.nist.gov/vuln/detail/${entry.cve}`,
      cwes: [entry.cwe],
    })),
  });
}

function cpeMatch(cpe: string, range: string): Record<string, unknown> {
  const [from = '', to = ''] = range.split('..');
  return {
    vulnerable: true,
    criteria: `cpe:2.3:${cpe}:*:*:*:*:*:*:*:*`,
    ...(from && { versionStartIncluding: from }),
    ...(to.startsWith('<')
      ? { versionEndExcluding: to.slice(1) }
      : to && { versionEndIncluding: to }),
  };
}

/** The catalogue as it stood when the nation begins. */
export const sampleKevBefore = (): string =>
  catalogue(
    VULNERABILITIES.filter((entry) => entry.added < UPDATE_FROM),
    '2025-11-30',
  );

/** The catalogue after the update: the same entries and a few more. */
export const sampleKevAfter = (): string => catalogue(VULNERABILITIES, '2026-06-30');

/** Version ranges as NVD-style CPE configurations, one JSON document a line. */
export const sampleCpeConfigurations = (): string =>
  VULNERABILITIES.map((entry) =>
    JSON.stringify({
      cve: {
        id: entry.cve,
        configurations: [
          {
            nodes: [
              {
                operator: 'OR',
                negate: false,
                cpeMatch: entry.ranges.map((range) => cpeMatch(entry.cpe, range)),
              },
            ],
          },
        ],
      },
    }),
  ).join('\n');

/** Those of which an automatic attack with total impact is a published assessment (SSVC). */
const AUTOMATABLE = ['CVE-2024-3400', 'CVE-2024-55591', 'CVE-2025-0282', 'CVE-2025-5777'];

/** CVE records that carry the SSVC assessment alone, one JSON document a line. */
export const sampleCveRecords = (): string =>
  VULNERABILITIES.filter(({ cve }) => AUTOMATABLE.includes(cve))
    .map((entry) =>
      JSON.stringify({
        dataType: 'CVE_RECORD',
        dataVersion: '5.1',
        cveMetadata: {
          cveId: entry.cve,
          assignerOrgId: '00000000-0000-4000-8000-000000000000',
          state: 'PUBLISHED',
        },
        containers: {
          cna: {
            providerMetadata: {
              orgId: '00000000-0000-4000-8000-000000000000',
              shortName: 'sample',
            },
            title: entry.name,
            descriptions: [{ lang: 'en', value: entry.text }],
            affected: [],
          },
          adp: [
            {
              title: 'CISA ADP Vulnrichment',
              providerMetadata: {
                orgId: '134c704f-9b21-4f2e-91b3-4a467353bcc0',
                shortName: 'CISA-ADP',
              },
              metrics: [
                {
                  other: {
                    type: 'ssvc',
                    content: {
                      id: entry.cve,
                      role: 'CISA Coordinator',
                      version: '2.0.3',
                      timestamp: `${entry.added}T00:00:00.000000Z`,
                      options: [
                        { Exploitation: 'active' },
                        { Automatable: 'yes' },
                        { 'Technical Impact': 'total' },
                      ],
                    },
                  },
                },
              ],
            },
          ],
        },
      }),
    )
    .join('\n');
