// SPDX-License-Identifier: Apache-2.0
import { PageTitle } from '../blocks/layout.tsx';

export default function Stub() {
  return <PageTitle title="" />;
}
